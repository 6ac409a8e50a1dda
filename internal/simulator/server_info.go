// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"strconv"
	"strings"
)

const buildDate = "2025-11-03T00:00:00.000+0000"

// jiraServerInfo answers GET /rest/api/2/serverInfo:
// https://developer.atlassian.com/server/jira-servicedesk/rest/v1103/api-group-serverinfo.
// Data Center calls its deployment type Server.
func (i *Instance) jiraServerInfo(call) reply {
	return jsonReply(http.StatusOK, object{
		"baseUrl":             i.config.CanonicalURL,
		"version":             i.config.Version,
		"versionNumbers":      i.version,
		"deploymentType":      "Server",
		"buildNumber":         i.version.buildNumber(),
		"buildDate":           buildDate,
		"databaseBuildNumber": i.version.buildNumber(),
		"scmInfo":             "0000000000000000000000000000000000000000",
		"serverTitle":         i.config.Name,
		"serverTime":          i.now().Format("2006-01-02T15:04:05.000-0700"),
	})
}

// confluenceServerInformation answers GET /rest/api/server-information:
// https://developer.atlassian.com/server/confluence/rest/v1000/api-group-server-information.
func (i *Instance) confluenceServerInformation(call) reply {
	return jsonReply(http.StatusOK, object{
		"baseUrl":                i.config.CanonicalURL,
		"version":                i.config.Version,
		"buildNumber":            i.version.buildNumber(),
		"marketplaceBuildNumber": i.version.buildNumber(),
		"buildDate":              buildDate,
	})
}

// bitbucketProperties answers GET /rest/api/latest/application-properties:
// https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-system-maintenance.
func (i *Instance) bitbucketProperties(call) reply {
	return jsonReply(http.StatusOK, object{
		"version":     i.config.Version,
		"buildNumber": strconv.Itoa(i.version.buildNumber()),
		"buildDate":   "1762128000000",
		"displayName": i.facts.displayName,
	})
}

// crowdServerInfo answers GET /rest/admin/1.0/server-info:
// https://developer.atlassian.com/server/crowd/rest/v603/api-group-server-info. Whether it needs an
// administrator is a [guess].
func (i *Instance) crowdServerInfo(call) reply {
	return jsonReply(http.StatusOK, object{
		"version":         i.config.Version,
		"deploymentTitle": "Crowd: Commercial",
		"buildNumber":     i.version.buildNumber(),
		"buildDate":       "2025-11-03",
		"baseUrl":         i.config.CanonicalURL,
		"versions":        strings.Split(i.config.Version, "."),
		"deploymentType":  "Server",
		"serverTime":      i.now().Format("2006-01-02T15:04:05.000-0700"),
	})
}

// bambooInfo answers GET /rest/api/latest/info:
// https://developer.atlassian.com/server/bamboo/rest/.
func (i *Instance) bambooInfo(call) reply {
	return jsonReply(http.StatusOK, object{
		"version":     i.config.Version,
		"edition":     "",
		"buildDate":   buildDate,
		"buildNumber": strconv.Itoa(i.version.buildNumber()),
		"state":       i.state,
	})
}

// bambooServer answers GET /rest/api/latest/server with the state of the
// cluster, https://developer.atlassian.com/server/bamboo/rest/.
func (i *Instance) bambooServer(call) reply {
	return jsonReply(http.StatusOK, object{"state": i.state})
}
