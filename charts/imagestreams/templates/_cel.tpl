{{- /* That each step of a path below `object` is there, from a dict of `path` and `from`, the number of steps taken for granted. */ -}}
{{- define "imagestreams.present" -}}
{{- $terms := list -}}
{{- $at := "object" -}}
{{- range $index, $step := splitList "." .path -}}
  {{- $at = printf "%s.%s" $at $step -}}
  {{- if ge $index $.from -}}{{- $terms = append $terms (printf "has(%s)" $at) -}}{{- end -}}
{{- end -}}
{{- join " && " $terms -}}
{{- end -}}

{{- /* That a text of CEL begins with one of the prefixes, from a dict of `text` and `prefixes`; nothing when there are none. */ -}}
{{- define "imagestreams.beginsWithOneOf" -}}
{{- $terms := list -}}
{{- range .prefixes -}}
  {{- $terms = append $terms (printf "%s.startsWith(%s)" $.text (toRawJson .)) -}}
{{- end -}}
{{- join " || " $terms -}}
{{- end -}}

{{- /* That the user of the request is one of a list; a trailing `*` stands for the rest of the name. */ -}}
{{- define "imagestreams.userIsOneOf" -}}
{{- $terms := list -}}
{{- range . -}}
  {{- if hasSuffix "*" . -}}
    {{- $terms = append $terms (printf "request.userInfo.username.startsWith(%s)" (trimSuffix "*" . | toRawJson)) -}}
  {{- else -}}
    {{- $terms = append $terms (printf "request.userInfo.username == %s" (toRawJson .)) -}}
  {{- end -}}
{{- end -}}
{{- join " || " $terms | default "false" -}}
{{- end -}}
