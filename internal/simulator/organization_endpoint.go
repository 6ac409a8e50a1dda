// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"net/http"
)

// usersPageSize is how many accounts a page of the Organizations API holds. It
// is a [guess].
const usersPageSize = 50

// listOrganizations answers GET /admin/v1/orgs with the one organization that
// the key belongs to:
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-orgs/.
func (o *Organization) listOrganizations(c cloudCall) reply {
	if c.URL.Query().Get("cursor") != "" {
		return o.cloud.applicationError(errPageCursor)
	}
	return jsonReply(http.StatusOK, object{
		"data":  []object{o.render()},
		"links": object{"self": canonicalCloudURL + "/admin/v1/orgs"},
	})
}

// getOrganization answers GET /admin/v1/orgs/{orgId}.
func (o *Organization) getOrganization(cloudCall) reply {
	return jsonReply(http.StatusOK, object{"data": o.render()})
}

func (o *Organization) render() object {
	related := func(path string) object {
		return object{"links": object{"related": o.link(path)}}
	}
	return object{
		"id":            o.config.ID,
		"type":          "orgs",
		"attributes":    object{"name": o.config.Name},
		"relationships": object{"domains": related("/domains"), "users": related("/users")},
		"links":         object{"self": o.link("")},
	}
}

// listUsers answers GET /admin/v1/orgs/{orgId}/users, the managed accounts:
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/.
func (o *Organization) listUsers(c cloudCall) reply {
	p, err := cutPage(o, c, usersPageSize, o.users, o.renderAccount)
	if err != nil {
		return o.cloud.applicationError(errPageCursor)
	}
	return p.envelope("data", object{"links": p.urls(), "meta": object{"total": p.total}})
}

func (o *Organization) renderAccount(u User) object {
	return object{
		"account_id": u.ID, "account_type": "atlassian", "account_status": "active",
		"name": u.Name, "picture": cmp.Or(u.Picture, "https://avatar.example/"+u.ID), "email": u.Email,
		"access_billable": true, "product_access": []object{},
		"links": object{"self": o.link("/users/" + u.ID)},
	}
}

// urls are the links of the Organizations API: URLs of api.atlassian.com.
func (p page) urls() object {
	self := object{"self": canonicalCloudURL + p.call.URL.RequestURI()}
	return p.around(self, p.urlAt)
}
