// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/xml"
	"net/http"
	"strings"
)

// manifest is how an application introduces itself to others that link to it.
type manifest struct {
	XMLName         xml.Name `json:"-" xml:"manifest"`
	ID              string   `json:"id" xml:"id"`
	Name            string   `json:"name" xml:"name"`
	TypeID          string   `json:"typeId" xml:"typeId"`
	Version         string   `json:"version" xml:"version"`
	BuildNumber     int      `json:"buildNumber" xml:"buildNumber"`
	ApplinksVersion string   `json:"applinksVersion" xml:"applinksVersion"`
	Inbound         []string `json:"inboundAuthenticationTypes" xml:"inboundAuthenticationTypes"`
	Outbound        []string `json:"outboundAuthenticationTypes" xml:"outboundAuthenticationTypes"`
	PublicSignup    bool     `json:"publicSignup" xml:"publicSignup"`
	URL             string   `json:"url" xml:"url"`
	IconURL         string   `json:"iconUrl" xml:"iconUrl"`
}

// answerManifest answers GET /rest/applinks/1.0/manifest, to anyone. It is XML
// unless the client asks for JSON by name.
func (i *Instance) answerManifest(c call) reply {
	m := i.manifest()
	if asksFor(c.Request, "application/json") {
		return jsonReply(http.StatusOK, m)
	}
	if !accepts(c.Request, "application/xml") && !accepts(c.Request, "text/xml") {
		return containerPage(http.StatusNotAcceptable)
	}
	body, err := xml.Marshal(m)
	if err != nil {
		return containerPage(http.StatusInternalServerError)
	}
	return mediaReply(http.StatusOK, mediaXML, xml.Header+string(body))
}

func (i *Instance) manifest() manifest {
	typeID := string(i.config.Product)
	if i.config.Product == Bitbucket {
		typeID = i.config.Guesses.BitbucketTypeID
	}
	return manifest{
		ID:              i.serverID(),
		Name:            i.facts.displayName,
		TypeID:          typeID,
		Version:         i.config.Version,
		BuildNumber:     i.version.buildNumber(),
		ApplinksVersion: "9.1.4",
		Inbound:         []string{},
		Outbound:        []string{},
		URL:             i.config.CanonicalURL,
		IconURL:         i.config.CanonicalURL + "/favicon.ico",
	}
}

// serverID is a UUID that is the same in every run for the same name.
func (i *Instance) serverID() string {
	const template = "8f2b8d0e-0000-4000-8000-"
	digits := ""
	for _, character := range i.config.Name {
		digits += string("0123456789abcdef"[character%16])
	}
	return template + (digits + strings.Repeat("0", 12))[:12]
}
