{{- /*
The entries of one webhook, `mutate` or `validate`, from a dict of `webhook` and `root`: kinds share an entry where their pod specs lie at
the same place and the policy looks at them alike. As src/admission has it; test/chart compares the two.
*/ -}}
{{- define "imagestreams.webhooks" -}}
{{- $root := .root -}}
{{- $webhook := .webhook -}}
{{- range include "imagestreams.kindGroups" . | fromYamlArray }}
- name: {{ .prefix }}.{{ .purpose }}.imagestreams.io
  {{- include "imagestreams.webhookCommon" (dict "webhook" $webhook "root" $root) | nindent 2 }}
  rules:
    {{- range .kinds }}
    - apiGroups: [{{ .group | quote }}]
      apiVersions: {{ .versions | toJson }}
      operations: [CREATE, UPDATE]
      resources: [{{ .resource }}]
      scope: Namespaced
    {{- end }}
    {{- if and .pods $root.Values.ephemeralContainers (or (eq .purpose "names") (eq .reach "broad")) }}
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [UPDATE]
      resources: [pods/ephemeralcontainers]
      scope: Namespaced
    {{- end }}
  matchPolicy: Equivalent
  matchConditions:
    {{- include (printf "imagestreams.conditions.%s.%s.%s" $webhook .reach (.pods | ternary "pod" "template")) (dict
      "root" (splitList "." .podSpecPath | first)
      "podSpecPath" .podSpecPath
      "podSpecPresent" (include "imagestreams.present" (dict "path" .podSpecPath "from" 0))
      "templateMetadataPath" .templateMetadataPath
      "templateMetadataPresent" (include "imagestreams.present" (dict "path" .templateMetadataPath "from" 1))
      "isController" (include "imagestreams.userIsOneOf" (list (printf "system:serviceaccount:%s:%s" $root.Release.Namespace (include "imagestreams.controller.name" $root))))
      "isControllerIdentity" (include "imagestreams.userIsOneOf" $root.Values.controllerIdentities)) | nindent 4 }}
{{- end }}
{{- if not $root.Values.certificates.caBundle }}
{{- range include "imagestreams.spareNames" . | fromYamlArray }}
- name: {{ . }}
  {{- include "imagestreams.webhookCommon" (dict "webhook" $webhook "root" $root) | nindent 2 }}
  matchPolicy: Equivalent
{{- end }}
{{- end }}
{{- if include "imagestreams.ownStreams" $root }}
{{- range include (printf "imagestreams.streamEntries.%s" $webhook) $root | fromYamlArray }}
- name: {{ .name }}
  {{- include "imagestreams.webhookCommon" (dict "webhook" $webhook "root" $root) | nindent 2 }}
  {{- omit . "name" | toYaml | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* What all entries have. The CA is filled in by the controller, unless it is given. */ -}}
{{- define "imagestreams.webhookCommon" -}}
admissionReviewVersions: [v1]
clientConfig:
  service:
    namespace: {{ .root.Release.Namespace }}
    name: {{ include "imagestreams.webhook.name" .root }}
    path: /{{ .webhook }}
  {{- with .root.Values.certificates.caBundle }}
  caBundle: {{ b64enc . }}
  {{- end }}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{ concat (list "kube-system" "kube-public" "kube-node-lease" .root.Release.Namespace) (.root.Values.webhook.excludedNamespaces | default list) | uniq | toJson }}
    {{- if include "imagestreams.onOpenShift" .root }}
    - key: openshift.io/run-level
      operator: NotIn
      values: ["0", "1"]
    {{- end }}
sideEffects: None
timeoutSeconds: {{ .root.Values.webhook.timeoutSeconds }}
failurePolicy: {{ .root.Values.webhook.failurePolicy }}
{{- if eq .webhook "mutate" }}
reinvocationPolicy: IfNeeded
{{- end }}
{{- end -}}

{{- /*
Names that entries would have with another policy. They are there without rules, so that nothing is sent to them, but a caBundle is filled
in: when an upgrade brings that policy, no review has to wait for it.
*/ -}}
{{- define "imagestreams.spareNames" -}}
{{- $used := list -}}
{{- range include "imagestreams.kindGroups" . | fromYamlArray -}}
  {{- $used = append $used (printf "%s.%s.imagestreams.io" .prefix .purpose) -}}
{{- end -}}
{{- $forms := list "%s%s.triggers" "%s-by-policy%s.triggers" -}}
{{- if eq .webhook "mutate" -}}
  {{- $forms = list "%s%s.names" "%s-by-policy%s.names" "%s%s.triggers" -}}
{{- end -}}
{{- $names := list -}}
{{- range include "imagestreams.kinds" .root | fromYamlArray -}}
  {{- $usual := eq .podSpecPath "spec.template.spec" -}}
  {{- $place := $usual | ternary "templates" .resource -}}
  {{- $group := and .configured (not $usual) | ternary (printf ".%s" .group) "" -}}
  {{- range $forms -}}
    {{- $names = append $names (printf "%s.imagestreams.io" (printf . $place $group)) -}}
  {{- end -}}
{{- end -}}
{{- $spare := list -}}
{{- range uniq $names -}}
  {{- if not (has . $used) -}}{{- $spare = append $spare . -}}{{- end -}}
{{- end -}}
{{- toYaml $spare -}}
{{- end -}}

{{- /*
Groups of kinds in the order of the table, as YAML. Of kinds that the policy does not cover the mutating webhook looks at triggers alone,
and the validating one at all kinds.
*/ -}}
{{- define "imagestreams.kindGroups" -}}
{{- $groups := dict -}}
{{- $order := list -}}
{{- $kinds := include "imagestreams.kinds" .root | fromYamlArray -}}
{{- range (eq .webhook "mutate") | ternary (list "names" "triggers") (list "all") -}}
  {{- $part := . -}}
  {{- range $kinds -}}
    {{- $reach := ne $part "triggers" | ternary (eq .reach "broad" | ternary "broad" "narrow") "uncovered" -}}
    {{- $named := and (eq $part "names") (ne .reach "uncovered") -}}
    {{- $triggered := and (eq $part "triggers") (eq .reach "uncovered") (not .byPolicyOnly) -}}
    {{- if or $named $triggered (eq $part "all") -}}
      {{- $key := printf "%s %s" .podSpecPath $reach -}}
      {{- if not (hasKey $groups $key) -}}
        {{- $order = append $order $key -}}
        {{- $usual := eq .podSpecPath "spec.template.spec" -}}
        {{- $prefix := printf "%s%s" ($usual | ternary "templates" .resource) (eq $reach "broad" | ternary "-by-policy" "") -}}
        {{- if and .configured (not $usual) -}}{{- $prefix = printf "%s.%s" $prefix .group -}}{{- end -}}
        {{- $_ := set $groups $key (dict
          "prefix" $prefix
          "purpose" (eq $part "names" | ternary "names" "triggers")
          "reach" $reach
          "podSpecPath" .podSpecPath
          "templateMetadataPath" .templateMetadataPath
          "pods" (eq .podSpecPath "spec")
          "kinds" list) -}}
      {{- end -}}
      {{- $group := get $groups $key -}}
      {{- $_ := set $group "kinds" (append $group.kinds (pick . "group" "versions" "resource")) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- $list := list -}}
{{- range $order -}}{{- $list = append $list (get $groups .) -}}{{- end -}}
{{- toYaml $list -}}
{{- end -}}
