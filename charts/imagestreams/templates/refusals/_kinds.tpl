{{- /* As src/workloads says it; test/chart compares the two. */ -}}
{{- define "imagestreams.refusals.kinds" -}}
{{- $own := list -}}
{{- range include "imagestreams.builtInKinds" . | fromYamlArray }}{{ $own = append $own .group }}{{ end -}}
{{- $label := "[a-z]([a-z0-9-]{0,61}[a-z0-9])?" -}}
{{- $places := dict -}}
{{- range $index, $kind := .Values.workloadKinds -}}
{{- $at := printf "workloadKinds[%d]" $index -}}
{{- if has .group $own }}
{{ $at }}.group: {{ toRawJson .group }} is Kubernetes' own, and all its kinds with pods are looked at already; remove the entry
{{- else if eq .group "image.openshift.io" }}
{{ $at }}.group: "image.openshift.io" holds image streams and no pods; remove the entry
{{- else if not (regexMatch "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$" .group) }}
{{ $at }}.group: {{ toRawJson .group }} cannot be used; it must be the API group of a custom resource, a DNS name such as "argoproj.io"
{{- end }}
{{- range $each, $version := .versions }}
{{- if not (regexMatch (printf "^%s$" $label) $version) }}
{{ $at }}.versions[{{ $each }}]: {{ toRawJson $version }} cannot be used; it must be a version such as "v1alpha1", without its group
{{- end }}
{{- else }}
{{ $at }}.versions: a version is required, such as "v1"
{{- end }}
{{- if not (regexMatch (printf "^%s$" $label) .resource) }}
{{ $at }}.resource: {{ toRawJson .resource }} cannot be used; it must be the plural name of the resource in lower case, such as "rollouts"
{{- end }}
{{- if not (regexMatch "^[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$" .kind) }}
{{ $at }}.kind: {{ toRawJson .kind }} cannot be used; it must be the kind of the objects, such as "Rollout"
{{- end }}
{{- if or (not (regexMatch "^[a-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*)*$" .templatePath)) (regexMatch "\\.spec$|^(apiVersion|kind|metadata|status)($|\\.)" .templatePath) }}
{{ $at }}.templatePath: {{ toRawJson .templatePath }} cannot be used; it must be the path of the pod template as field names separated by dots, such as "spec.template"
{{- end }}
{{- range $field := tuple "resource" "kind" }}
{{- $name := get $kind $field }}
{{- $key := printf "%s %s of %s" $field $name $kind.group }}
{{- if hasKey $places $key }}
{{ $at }}.{{ $field }}: {{ $field }} {{ toRawJson $name }} of group {{ toRawJson $kind.group }} is in {{ get $places $key }} already; remove one of them
{{- else }}
{{- $_ := set $places $key $at }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
