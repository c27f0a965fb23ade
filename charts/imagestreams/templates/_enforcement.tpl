{{- /*
Groups of kinds that have their pod spec at the same place, as YAML: a policy of the enforcement looks at each. As src/enforcement has it;
test/chart compares the two.
*/ -}}
{{- define "imagestreams.enforcement.groups" -}}
{{- $groups := list -}}
{{- $at := dict -}}
{{- range include "imagestreams.kinds" . | fromYamlArray -}}
  {{- if not (hasKey $at .podSpecPath) -}}
    {{- $name := .configured | ternary (printf "%s.%s" .resource .group) .resource -}}
    {{- $group := dict
      "name" (eq .podSpecPath "spec.template.spec" | ternary "templates" $name)
      "pods" (eq .podSpecPath "spec")
      "templatePath" (trimSuffix ".spec" .podSpecPath)
      "kinds" list -}}
    {{- $_ := set $at .podSpecPath $group -}}
    {{- $groups = append $groups $group -}}
  {{- end -}}
  {{- $group := get $at .podSpecPath -}}
  {{- $_ := set $group "kinds" (append $group.kinds (pick . "group" "versions" "resource")) -}}
{{- end -}}
{{- toYaml $groups -}}
{{- end -}}

{{- define "imagestreams.enforcement.name" -}}{{ include "imagestreams.fullname" . }}-enforce{{- end -}}
