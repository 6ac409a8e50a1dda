// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"strconv"
	"strings"
)

// errorCode is an error of the Organizations API:
// https://developer.atlassian.com/cloud/admin/organization/rest/intro/.
type errorCode string

// Errors that the Organizations API documents.
const (
	errPageCursor           errorCode = "ADMIN-400-1"
	errTimeDate             errorCode = "ADMIN-400-3"
	errRequestSyntax        errorCode = "ADMIN-400-19"
	errQueryCount           errorCode = "ADMIN-400-21"
	errRequestBody          errorCode = "ADMIN-400-24"
	errUnknownResource      errorCode = "ADMIN-404-1"
	errOrganizationNotFound errorCode = "ADMIN-404-2"
	errEventNotFound        errorCode = "ADMIN-404-4"
	errMethodNotSupported   errorCode = "ADMIN-405-1"
	errInternal             errorCode = "ADMIN-500-1"
)

// status returns the HTTP status of the error, and its title.
func (e errorCode) status() (status int, title string) {
	switch e {
	case errPageCursor:
		return http.StatusBadRequest, "Invalid page cursor"
	case errTimeDate:
		return http.StatusBadRequest, "Invalid time date"
	case errRequestSyntax:
		return http.StatusBadRequest, "Request syntax is not valid"
	case errQueryCount:
		return http.StatusBadRequest, "Number of queries exceeded the limit"
	case errRequestBody:
		return http.StatusBadRequest, "Invalid request body"
	case errUnknownResource:
		return http.StatusNotFound, "Unknown resource"
	case errOrganizationNotFound:
		return http.StatusNotFound, "Organization not found"
	case errEventNotFound:
		return http.StatusNotFound, "Event not found"
	case errMethodNotSupported:
		return http.StatusMethodNotAllowed, "Method not supported"
	default:
		return http.StatusInternalServerError, "Internal error"
	}
}

// applicationError words an error as the Organizations API does. That the API
// access API does the same is a [guess]: it documents no errors. The caller
// holds the lock.
func (c *Cloud) applicationError(code errorCode) reply {
	status, title := code.status()
	return jsonReply(status, object{"errors": []object{{
		"id":     c.simulator.newUUID(),
		"status": strconv.Itoa(status),
		"code":   string(code),
		"title":  title,
		"detail": title,
	}}})
}

// proxyError is what the gateway in front of the APIs answers.
func proxyError(status int) reply {
	return jsonReply(status, object{"code": status, "message": http.StatusText(status)})
}

// userManagementError is an error of the User management API:
// https://developer.atlassian.com/cloud/admin/user-management/rest/intro/.
func userManagementError(status int, key string) reply {
	return jsonReply(status, object{"key": key})
}

// fieldViolation refuses a parameter of the User management API.
func fieldViolation(field string) reply {
	return jsonReply(http.StatusBadRequest, object{
		"key": "fieldConstraintsViolated",
		"context": object{"fieldViolations": []object{{
			"field": field, "violations": []object{{"key": "unknown"}},
		}}},
	})
}

// apiOf is the API that a path belongs to, whether it is served or not.
func apiOf(path string) api {
	switch {
	case strings.HasPrefix(path, "/users/"):
		return userManagementAPI
	case strings.HasPrefix(path, "/admin/control/"):
		return controlAPI
	case strings.HasPrefix(path, "/admin/api-access/"):
		return accessAPI
	default:
		return organizationsAPI
	}
}

// notServed refuses a path that no operation has.
func (c *Cloud) notServed(r *http.Request) reply {
	return c.unserved(r, "notFound", errUnknownResource)
}

// methodNotAllowed refuses a method that a path does not have. How the User
// management API words it is a [guess].
func (c *Cloud) methodNotAllowed(r *http.Request) reply {
	return c.unserved(r, "methodNotAllowed", errMethodNotSupported)
}

// unserved refuses in the words of the API that a path belongs to: those of User
// management are a key, those of Organizations an error.
func (c *Cloud) unserved(r *http.Request, key string, code errorCode) reply {
	status, _ := code.status()
	switch apiOf(r.URL.Path) {
	case userManagementAPI:
		return userManagementError(status, key)
	case controlAPI:
		return proxyError(status)
	default:
		return c.applicationError(code)
	}
}

func (c *Cloud) unauthorized(r *http.Request) reply {
	if apiOf(r.URL.Path) == userManagementAPI {
		return userManagementError(http.StatusUnauthorized, "unauthorized")
	}
	return proxyError(http.StatusUnauthorized)
}

// forbidden refuses a key that lacks a scope or belongs to another
// organization.
func (c *Cloud) forbidden(api api, r *http.Request) reply {
	switch api {
	case userManagementAPI:
		return insufficientScope()
	case accessAPI, controlAPI:
		return proxyError(http.StatusForbidden)
	default:
		return c.noPermission(r)
	}
}

// noPermission is the NoPermsError of the Organizations API.
func (c *Cloud) noPermission(r *http.Request) reply {
	return jsonReply(http.StatusForbidden, object{
		"timestamp": c.now().UTC().Format("2006-01-02T15:04:05.000-07:00"),
		"path":      "/api" + r.URL.Path,
		"status":    http.StatusForbidden,
		"error":     "Forbidden",
		"message":   "User has no permission to access resource.",
		"requestId": c.simulator.newUUID(),
	})
}

// insufficientScope is what a key with scopes gets from the User management
// API. It names a scope that the administration page does not offer, as
// https://jira.atlassian.com/browse/AX-631 shows.
func insufficientScope() reply {
	detail := object{
		"message":          "Insufficient scope for this action",
		"acceptableScopes": []string{"manage:org", "manage:me:DUMMYSCOPE"},
	}
	return jsonReply(http.StatusForbidden, object{
		"key":         "forbidden.insufficientScope",
		"context":     detail,
		"errorKey":    "forbidden.insufficient-scope",
		"errorDetail": detail,
	})
}
