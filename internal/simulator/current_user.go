// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"maps"
	"net/http"
	"slices"
)

// The harmless reads by which a client proves that a token works.

// jiraMyself answers GET /rest/api/2/myself:
// https://developer.atlassian.com/server/jira-servicedesk/rest/v1103/api-group-myself.
func (i *Instance) jiraMyself(c call) reply {
	return jsonReply(http.StatusOK, object{
		"self": i.config.CanonicalURL + "/rest/api/2/user?username=" + c.user.name,
		"key":  "JIRAUSER" + auditAuthorID(c.user.name), "name": c.user.name,
		"emailAddress": c.user.name + "@example.com", "displayName": c.user.name, "active": true,
	})
}

// confluenceCurrentUser answers GET /rest/api/user/current:
// https://developer.atlassian.com/server/confluence/rest/v1000/api-group-user.
// That nobody is refused with 401 is a [guess].
func (i *Instance) confluenceCurrentUser(c call) reply {
	return jsonReply(http.StatusOK, object{
		"type": "known", "username": c.user.name, "userKey": auditAuthorID(c.user.name), "displayName": c.user.name,
	})
}

// bambooCurrentUser answers GET /rest/api/latest/currentUser:
// https://developer.atlassian.com/server/bamboo/rest/.
func (i *Instance) bambooCurrentUser(c call) reply {
	return jsonReply(http.StatusOK, object{
		"name": c.user.name, "fullName": c.user.name, "email": c.user.name + "@example.com",
	})
}

// bitbucketProjects answers GET /rest/api/latest/projects:
// https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-project.
// That nobody is refused with 401, as where there are no public projects, is a
// [guess].
func (i *Instance) bitbucketProjects(c call) reply {
	keys := slices.Sorted(maps.Keys(i.config.Projects))
	start, limit, err := pageWindow(c.URL.Query(), len(keys))
	if err != nil {
		return bitbucketProblem(http.StatusBadRequest, err.Error())
	}
	end := min(start+limit, len(keys))
	values := []object{}
	for _, key := range keys[start:end] {
		values = append(values, object{"key": key, "name": key, "type": "NORMAL", "public": false})
	}
	return jsonReply(http.StatusOK, object{
		"size": len(values), "limit": limit, "start": start, "isLastPage": end == len(keys), "values": values,
	})
}
