// Package door limits what a request may bring through the public entry point.
// Rendered by mscli from gateway/traefik - do not edit.
//
// Traefik interprets it (Yaegi). Traefik's own limit for bodies (buffering) holds every response
// back until it is whole, which server-sent events do not survive; and it passes every upgrade on,
// so that a service that speaks h2c would let a client ask for internal paths past the routes.
package door

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
)

const inMemory = 1 << 20

// Config is what the middleware is configured with; Body is in bytes.
type Config struct {
	Body int64 `json:"body,omitempty"`
}

// CreateConfig makes an empty configuration.
func CreateConfig() *Config { return &Config{} }

type door struct {
	next  http.Handler
	limit int64
}

// New makes the middleware.
func New(_ context.Context, next http.Handler, config *Config, _ string) (http.Handler, error) {
	return &door{next: next, limit: config.Body}, nil
}

func (d *door) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	if upgrade := request.Header.Get("Upgrade"); upgrade != "" && !strings.EqualFold(upgrade, "websocket") {
		request.Header.Del("Upgrade")
		request.Header.Del("Http2-Settings")
	}
	if request.ContentLength > d.limit {
		refuse(writer, request, http.StatusRequestEntityTooLarge, "The body is larger than this gateway lets through.")
		return
	}
	if request.ContentLength >= 0 {
		d.next.ServeHTTP(writer, request)
		return
	}
	// A body of unknown length is read first: a service must not get the half of one.
	body, length, err := spool(io.LimitReader(request.Body, d.limit+1))
	if err != nil {
		refuse(writer, request, http.StatusBadRequest, "The body could not be read.")
		return
	}
	defer body.Close()
	if length > d.limit {
		refuse(writer, request, http.StatusRequestEntityTooLarge, "The body is larger than this gateway lets through.")
		return
	}
	request.Body = body
	request.ContentLength = length
	request.TransferEncoding = nil
	d.next.ServeHTTP(writer, request)
}

// spool reads everything: a little into memory, more into a file that has no name any more.
func spool(source io.Reader) (io.ReadCloser, int64, error) {
	memory := new(bytes.Buffer)
	length, err := io.CopyN(memory, source, inMemory)
	if err == io.EOF {
		return io.NopCloser(memory), length, nil
	}
	if err != nil {
		return nil, 0, err
	}
	file, err := os.CreateTemp("", "mscli-body-")
	if err != nil {
		return nil, 0, err
	}
	_ = os.Remove(file.Name())
	length, err = io.Copy(file, io.MultiReader(memory, source))
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = file.Close()
	}
	return file, length, err
}

func refuse(writer http.ResponseWriter, request *http.Request, status int, detail string) {
	body, _ := json.Marshal(map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail,
	})
	// What has not been read would be taken for the next request.
	writer.Header().Set("Connection", "close")
	writer.Header().Set("Content-Type", "application/problem+json")
	writer.WriteHeader(status)
	_, _ = writer.Write(append(body, '\n'))
}
