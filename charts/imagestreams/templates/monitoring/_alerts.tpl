{{- /*
Groups of alerts as the values want them, from a dict of `settings` and `root`. They are read as data, not as a template, so that what
Prometheus fills in itself stays as it is.
*/ -}}
{{- define "imagestreams.alertGroups" -}}
{{- $settings := .settings -}}
{{- $root := .root -}}
{{- $groups := list -}}
{{- range $group := ($root.Files.Get "monitoring/alerts.yaml" | fromYaml).groups -}}
  {{- if or (ne .name "imagestreams-controller") (include "imagestreams.hasController" $root) -}}
    {{- $rules := list -}}
    {{- range .rules -}}
      {{- if not (has .alert $settings.disabled) -}}
        {{- $runbook := regexReplaceAll "^.*#" .annotations.runbook_url (printf "%s#" $settings.runbookUrl) -}}
        {{- $annotations := merge (dict "runbook_url" $runbook) .annotations -}}
        {{- $labels := merge (deepCopy $settings.alertLabels) .labels -}}
        {{- $rules = append $rules (merge (dict "annotations" $annotations "labels" $labels) .) -}}
      {{- end -}}
    {{- end -}}
    {{- with $rules -}}
      {{- $groups = append $groups (dict "name" $group.name "rules" .) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- toYaml $groups -}}
{{- end -}}
