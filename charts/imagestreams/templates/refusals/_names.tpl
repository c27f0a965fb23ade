{{- define "imagestreams.refusals.names" -}}
{{- range $name := tuple "nameOverride" "fullnameOverride" -}}
{{- $seen := index $.Values $name | default "" -}}
{{- if not (regexMatch "^([a-z]([a-z0-9-]*[a-z0-9])?)?$" $seen) }}
{{ $name }}: {{ toRawJson $seen }} cannot begin a name; write lower-case letters, digits and "-", with a letter first
{{- end }}
{{- end }}
{{- end -}}
