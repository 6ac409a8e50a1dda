// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"encoding/json"
)

const byteOrderMark = "\xef\xbb\xbf"

// misshape does what is asked and answers it in a form that no client expects.
func (d disturbance) misshape() reply {
	answer := d.perform()
	switch d.fault.Kind {
	case ByteOrderMark:
		answer.body = append([]byte(byteOrderMark), answer.body...)
	case WrappedInArray:
		answer.body = bytes.Join([][]byte{[]byte("["), answer.body, []byte("]")}, nil)
	case WrongTypes:
		answer.body = withWrongTypes(answer.body)
	default:
		answer.body = broken(answer.body)
	}
	return answer
}

// withWrongTypes returns JSON whose values are of other types; what is no JSON
// it leaves alone.
func withWrongTypes(body []byte) []byte {
	var value any
	if json.Unmarshal(body, &value) != nil {
		return body
	}
	changed, err := json.Marshal(wronglyTyped(value))
	if err != nil {
		return body
	}
	return changed
}

func wronglyTyped(value any) any {
	switch value := value.(type) {
	case object:
		for name, field := range value {
			if _, nested := field.(object); nested {
				value[name] = wronglyTyped(field)
				continue
			}
			value[name] = scalarOfAnotherType(field)
		}
		return value
	default:
		return scalarOfAnotherType(value)
	}
}

func scalarOfAnotherType(value any) any {
	switch value.(type) {
	case string:
		return 42
	case []any:
		return object{"values": value}
	default:
		return "42"
	}
}

// broken puts commas where colons belong and one more at the end, where body is
// a JSON object.
func broken(body []byte) []byte {
	body = bytes.ReplaceAll(body, []byte(`":`), []byte(`",`))
	return bytes.Replace(body, []byte("}"), []byte(",}"), 1)
}
