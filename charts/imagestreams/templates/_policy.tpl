{{- /* The policy as a document, with what makes it one. */ -}}
{{- define "imagestreams.policyDocument" -}}
{{- toYaml (merge (dict "apiVersion" "image.openshift.io/v1" "kind" "ImagePolicyConfig") .Values.policy) -}}
{{- end -}}

{{- /*
How far the policy reaches with one kind, from a dict of `kind` and `policy`: `uncovered`, `narrow` (local names only) or `broad`
(qualified images, too). As src/policy has it; test/chart compares the two.
*/ -}}
{{- define "imagestreams.policyReach" -}}
{{- $kind := .kind -}}
{{- $policy := .policy | default dict -}}
{{- $resolveImages := $policy.resolveImages | default "Attempt" -}}
{{- $executed := false -}}
{{- range $policy.executionRules -}}
  {{- range (.onResources | default (list (dict "resource" "pods"))) -}}
    {{- if and (eq (.group | default "") $kind.group) (eq .resource $kind.resource) -}}{{- $executed = true -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- $resolved := false -}}
{{- $rewritten := false -}}
{{- if kindIs "invalid" $policy.resolutionRules -}}
  {{- $resolved = or $kind.configured $kind.resolvedByDefault -}}
{{- else -}}
  {{- range $policy.resolutionRules -}}
    {{- if and (eq (.targetResource.group | default "") $kind.group) (has .targetResource.resource (list $kind.resource "*")) -}}
      {{- $resolved = true -}}
      {{- if has (.policy | default $resolveImages) (list "RequiredRewrite" "AttemptRewrite") -}}{{- $rewritten = true -}}{{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- $refusing := has $resolveImages (list "Required" "RequiredRewrite") -}}
{{- if or $executed (and $resolved (or $rewritten $refusing)) -}}
broad
{{- else if $resolved -}}
narrow
{{- else -}}
uncovered
{{- end -}}
{{- end -}}
