// SPDX-License-Identifier: MPL-2.0

package simulator

import "net/http"

// problemShape words a refusal as one of Atlassian's REST modules does.
type problemShape func(status int, message string) reply

// restProblem is the shape of Atlassian's REST framework.
func restProblem(status int, message string) reply {
	return jsonReply(status, object{"message": message, "status-code": status})
}

// jiraProblem is the shape of Jira's own REST API.
func jiraProblem(status int, message string) reply {
	return jsonReply(status, object{"errorMessages": []string{message}, "errors": object{}})
}

// confluenceProblem is the shape of Confluence's own REST API [guess].
func confluenceProblem(status int, message string) reply {
	return jsonReply(status, object{"statusCode": status, "message": message})
}

// bitbucketProblem is Bitbucket's RestErrors:
// https://developer.atlassian.com/server/bitbucket/rest/v905/intro/.
func bitbucketProblem(status int, message string) reply {
	exception := "com.atlassian.bitbucket.server.ApplicationException"
	if status == http.StatusUnauthorized {
		exception = "com.atlassian.bitbucket.AuthorisationException"
	}
	return bitbucketException(status, message, exception)
}

func bitbucketException(status int, message, exception string) reply {
	return jsonReply(status, object{"errors": []object{{
		"context":       nil,
		"message":       message,
		"exceptionName": exception,
	}}})
}

// moduleProblem is the shape of modules that all products share, such as the
// AES key API. Its documentation gives none.
func moduleProblem(product Product) problemShape {
	if product == Bitbucket {
		return bitbucketProblem
	}
	return restProblem
}

// containerPage is what the servlet container answers where no REST module
// does.
func containerPage(status int) reply {
	text := http.StatusText(status)
	return mediaReply(status, mediaHTML, "<!doctype html><html><head><title>"+text+
		"</title></head><body><h1>"+text+"</h1></body></html>")
}
