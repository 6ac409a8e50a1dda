module github.com/keyrotation/terraform-provider-atlassian/tools/interop

go 1.26.0

toolchain go1.26.8

replace github.com/keyrotation/terraform-provider-atlassian => ../../

require (
	github.com/ctreminiom/go-atlassian v1.6.1
	github.com/keyrotation/terraform-provider-atlassian v0.0.0-00010101000000-000000000000
)

require (
	dario.cat/mergo v1.0.0 // indirect
	github.com/tidwall/gjson v1.17.1 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.0 // indirect
)
