{{- /* As src/policy says it; test/chart compares the two. */ -}}
{{- define "imagestreams.refusals.policy" -}}
{{- $policy := .Values.policy -}}
{{- $kinds := concat (include "imagestreams.builtInKinds" . | fromYamlArray) (.Values.workloadKinds | default list) -}}
{{- $places := dict -}}
{{- range $index, $rule := $policy.executionRules -}}
{{- $at := printf "executionRules[%d]" $index -}}
{{- $name := $rule.name | default "" -}}
{{- if hasKey $places $name }}
policy.{{ $at }}.name: {{ if $name }}{{ toRawJson $name }} is the name of {{ get $places $name }} already{{ else }}{{ get $places $name }} has no name either{{ end }}; every execution rule needs a name of its own
{{- else }}
{{- $_ := set $places $name $at -}}
{{- end }}
{{- range $each, $on := $rule.onResources }}
{{- if eq $on.resource "*" }}
{{- $visited := list -}}
{{- range $kinds }}{{ if eq .group ($on.group | default "") }}{{ $visited = append $visited (toRawJson .resource) }}{{ end }}{{ end }}
policy.{{ $at }}.onResources[{{ $each }}].resource: "*" matches no request in an execution rule; list the resources (of this group: {{ join ", " $visited | default "none" }})
{{- end }}
{{- end }}
{{- range $condition := tuple "matchDockerImageLabels" "matchImageLabels" "matchImageAnnotations" }}
{{- if and (get $rule $condition) (eq ($policy.resolveImages | default "") "DoNotAttempt") }}
policy.{{ $at }}.{{ $condition }}: images are not resolved under resolveImages "DoNotAttempt", so this condition can never hold; remove it or set resolveImages to "Attempt"
{{- end }}
{{- if ne $condition "matchImageLabels" }}
{{- range $each, $value := index $rule $condition }}
{{- if and $value.set $value.value }}
policy.{{ $at }}.{{ $condition }}[{{ $each }}]: "set" asks for the key with any value; remove either "set" or "value"
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
