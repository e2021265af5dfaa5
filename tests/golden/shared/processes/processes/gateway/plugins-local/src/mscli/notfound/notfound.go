// Package notfound answers every request with 404 as problem+json (RFC 9457).
// Rendered by mscli from gateway/traefik - do not edit.
//
// Traefik interprets it (Yaegi); it stands behind whatever no route may answer, so that an internal
// path and a path that never existed look the same from outside.
package notfound

import (
	"context"
	"encoding/json"
	"net/http"
)

// Config is what the middleware is configured with.
type Config struct {
	Detail string `json:"detail,omitempty"`
}

// CreateConfig makes an empty configuration.
func CreateConfig() *Config { return &Config{} }

type notFound struct{ body []byte }

// New makes the middleware.
func New(_ context.Context, _ http.Handler, config *Config, _ string) (http.Handler, error) {
	body, err := json.Marshal(map[string]any{
		"type":   "about:blank",
		"title":  "Not Found",
		"status": http.StatusNotFound,
		"detail": config.Detail,
	})
	return &notFound{body: append(body, '\n')}, err
}

func (handler *notFound) ServeHTTP(writer http.ResponseWriter, _ *http.Request) {
	writer.Header().Set("Content-Type", "application/problem+json")
	writer.WriteHeader(http.StatusNotFound)
	_, _ = writer.Write(handler.body)
}
