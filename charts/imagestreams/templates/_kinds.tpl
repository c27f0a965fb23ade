{{- /* The table of kinds with those of the values, each with how far the policy reaches with it. */ -}}
{{- define "imagestreams.kinds" -}}
{{- $kinds := list -}}
{{- range include "imagestreams.builtInKinds" . | fromYamlArray -}}
  {{- $kinds = append $kinds (set . "configured" false) -}}
{{- end -}}
{{- range .Values.workloadKinds -}}
  {{- $kinds = append $kinds (dict
    "group" .group
    "resource" .resource
    "kind" .kind
    "versions" .versions
    "podSpecPath" (printf "%s.spec" .templatePath)
    "templateMetadataPath" (printf "%s.metadata" .templatePath)
    "byPolicyOnly" false
    "configured" true) -}}
{{- end -}}
{{- range $kinds -}}
  {{- $_ := set . "reach" (include "imagestreams.policyReach" (dict "kind" . "policy" $.Values.policy)) -}}
{{- end -}}
{{- toYaml $kinds -}}
{{- end -}}
