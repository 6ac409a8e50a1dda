package simulator

import "net/http"

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
	offset, err := offsetOf(c.URL.Query().Get("cursor"))
	if err != nil || offset < 0 || offset > len(o.users) {
		return o.cloud.applicationError(errPageCursor)
	}
	end := min(offset+usersPageSize, len(o.users))
	data := []object{}
	for _, user := range o.users[offset:end] {
		data = append(data, object{
			"account_id": user.ID, "account_type": "atlassian", "account_status": "active",
			"name": user.Name, "email": user.Email, "access_billable": true,
			"product_access": []object{}, "links": object{"self": o.link("/users/" + user.ID)},
		})
	}
	links := object{"self": canonicalCloudURL + c.URL.RequestURI()}
	if end < len(o.users) {
		links["next"] = pageURL(canonicalCloudURL, c, cursorAt(end))
	}
	return jsonReply(http.StatusOK, object{
		"data": data, "links": links, "meta": object{"total": len(o.users)},
	})
}
