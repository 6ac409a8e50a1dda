// SPDX-License-Identifier: MPL-2.0

package openapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// folder has Atlassian's documents, beside the repository.
const folder = "../../../shared/reference/openapi"

// document is one of Atlassian's OpenAPI documents. Its paths begin behind
// prefix.
type document struct {
	*openapi3.T
	prefix string
}

// readDocuments reads both documents, or skips the test where they are not.
func readDocuments(t *testing.T) []document {
	t.Helper()
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("Left out, because Atlassian's OpenAPI documents are not at %s.", folder)
	}
	return []document{
		{readDocument(t, "admin-organization.swagger.v3.json"), "/admin"},
		{readDocument(t, "admin-user-management.swagger.v3.json"), ""},
	}
}

func readDocument(t *testing.T, name string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	// A discriminator has to be a string; this one is a boolean, and the schema
	// says the same without it.
	if rule := doc.Components.Schemas["Manageability.Rule.Simple"]; rule != nil {
		rule.Value.Discriminator = nil
	}
	return doc
}

// operation is a documented operation that the simulator serves.
type operation struct {
	document document
	method   string
	path     string // As the simulator has it, with segments in braces.
	*openapi3.Operation
	item *openapi3.PathItem
}

func (o operation) String() string {
	return o.method + " " + o.path
}

// served returns the documented operations that the simulator serves.
func served(documents []document) []operation {
	var found []operation
	for _, known := range simulator.CloudOperations() {
		for _, doc := range documents {
			for path, item := range doc.Paths.Map() {
				documented := item.Operations()[known.Method]
				if documented != nil && sameShape(doc.prefix+path, known.Path) {
					found = append(found, operation{doc, known.Method, known.Path, documented, item})
				}
			}
		}
	}
	return found
}

// sameShape compares two paths regardless of how their variables are named.
func sameShape(a, b string) bool {
	variable := regexp.MustCompile(`\{[^}]*\}`)
	return variable.ReplaceAllString(a, "{}") == variable.ReplaceAllString(b, "{}")
}

// statuses are the documented ones.
func (o operation) statuses() []int {
	var statuses []int
	for text := range o.Responses.Map() {
		if status, err := strconv.Atoi(text); err == nil {
			statuses = append(statuses, status)
		}
	}
	slices.Sort(statuses)
	return statuses
}

func (o operation) documents(status int) bool {
	return slices.Contains(o.statuses(), status)
}

// optional returns the documented query parameters.
func (o operation) optional() []*openapi3.Parameter {
	var parameters []*openapi3.Parameter
	for _, parameter := range slices.Concat(o.Parameters, o.item.Parameters) {
		if parameter.Value.In == openapi3.ParameterInQuery {
			parameters = append(parameters, parameter.Value)
		}
	}
	return parameters
}

// answer is what came back.
type answer struct {
	request *http.Request
	status  int
	header  http.Header
	body    []byte
}

// violation returns how the answer differs from the document, or nil.
func (o operation) violation(a answer) error {
	if problem := o.unexpectedBody(a); problem != nil {
		return problem
	}
	options := &openapi3filter.Options{
		IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: a.request,
			Route: &routers.Route{
				Spec: o.document.T, Path: o.path, PathItem: o.item, Method: o.method, Operation: o.Operation,
			},
			Options: options,
		},
		Status:  a.status,
		Header:  a.header,
		Body:    io.NopCloser(bytes.NewReader(a.body)),
		Options: options,
	}
	return openapi3filter.ValidateResponse(context.Background(), input)
}

// unexpectedBody finds a body where none is documented, which the library does
// not look for.
func (o operation) unexpectedBody(a answer) error {
	response := o.Responses.Status(a.status)
	if response == nil || len(response.Value.Content) > 0 || len(a.body) == 0 {
		return nil
	}
	return fmt.Errorf("a body where none is documented: %s", a.body)
}

// noPermission returns how a 403 differs from the schema that the document
// has for it, if only with other operations.
func noPermission(documents []document, a answer) error {
	for _, doc := range documents {
		if schema := doc.Components.Schemas["NoPermsError"]; schema != nil {
			value, err := decode(a.body)
			if err != nil {
				return err
			}
			return schema.Value.VisitJSON(value)
		}
	}
	return errors.New("no document has NoPermsError")
}

// fill puts values for the variables of a path.
func fill(path string, values map[string]string) string {
	for name, value := range values {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	return path
}
