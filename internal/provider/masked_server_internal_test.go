// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// What the framework serves with words in it is masked, whatever a later version
// of the protocol adds: a method that is only inherited masks nothing.
func TestMaskedServer_masksEveryAnswerWithWords(t *testing.T) {
	t.Parallel()
	masked := reflect.TypeFor[*maskedServer]()
	for i := range masked.NumMethod() {
		method := masked.Method(i)
		if method.Type.NumOut() == 0 || !saysSomething(method.Type.Out(0)) {
			continue
		}
		file, _ := runtime.FuncForPC(method.Func.Pointer()).FileLine(method.Func.Pointer())
		if !strings.HasSuffix(file, "masked_server.go") {
			t.Errorf("%s is inherited", method.Name)
		}
	}
}

// saysSomething reports whether a response holds diagnostics, an error or a
// sequence of what does.
func saysSomething(response reflect.Type) bool {
	if response.Kind() != reflect.Pointer || strings.Contains(response.String(), ".Get") {
		// What is got is the same whatever the provider was told.
		return false
	}
	for _, name := range []string{"Diagnostics", "Events", "Results"} {
		if _, ok := response.Elem().FieldByName(name); ok {
			return true
		}
	}
	return strings.Contains(response.String(), "CallFunction")
}
