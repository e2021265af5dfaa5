{{/* Rendered by mscli - do not edit. */}}

{{- define "mscli.image" -}}
{{- $values := (index . 0).Values -}}
{{- with $values.images.registry }}{{ . }}/{{ end }}{{ index . 1 }}:{{ $values.images.tag }}
{{- end }}

{{/* A Job cannot be changed: another content, or another image, is another Job. */}}
{{- define "mscli.content" -}}
{{- $images := (index . 0).Values.images -}}
{{- printf "%s/%s/%s" (index . 1) $images.registry $images.tag | sha256sum | trunc 8 -}}
{{- end }}

{{- define "mscli.secret" -}}
{{- $path := printf "secrets/%s" (index . 1) -}}
{{- $content := (index . 0).Files.Get $path -}}
{{- required (printf "there is no %s: run sh secrets/generate.sh in the chart's folder" $path) $content | b64enc -}}
{{- end }}
