// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

const (
	// hostileDeadline is how long one attempt may take.
	hostileDeadline = time.Minute
	// hostileMemory is how much more memory may be in use than before.
	hostileMemory = 100 << 20
)

// speak answers a request that has been read, byte by byte as it likes.
type speak func(conn io.Writer)

// says writes the parts in order.
func says(parts ...string) speak {
	return func(conn io.Writer) {
		for _, part := range parts {
			_, _ = io.WriteString(conn, part)
		}
	}
}

// forever writes the start, and then the rest until nobody reads it any more.
func forever(start, rest string) speak {
	chunk := strings.Repeat(rest, max(1, 32<<10/len(rest)))
	return func(conn io.Writer) {
		_, err := io.WriteString(conn, start)
		for err == nil {
			_, err = io.WriteString(conn, chunk)
		}
	}
}

// zipped writes the same compressed: a gigabyte in a megabyte.
func zipped(header, start, rest string) speak {
	return func(conn io.Writer) {
		_, _ = io.WriteString(conn, header+"Content-Encoding: gzip\r\n\r\n")
		writer := gzip.NewWriter(conn)
		forever(start, rest)(writer)
		_ = writer.Close()
	}
}

// slowly writes one byte a second.
func slowly(text string) speak {
	return func(conn io.Writer) {
		for i := range len(text) {
			time.Sleep(time.Second) //nolint:forbidigo // In the bubble this takes no time.
			if _, err := io.WriteString(conn, text[i:i+1]); err != nil {
				return
			}
		}
	}
}

// whole is a complete answer.
func whole(status string, body string) speak {
	return says(fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", status, len(body)), body)
}

const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

const success = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

// hostileServers lists what a server may do, and what has to come of it.
func hostileServers() map[string]struct {
	speak speak
	list  bool
	kind  Kind
} {
	type server = struct {
		speak speak
		list  bool
		kind  Kind
	}
	servers := map[string]server{
		"no answer":                     {func(conn io.Writer) { slowly("HTTP")(conn); forever("", " ")(blackHole{conn}) }, false, TimedOut},
		"no HTTP":                       {forever("", "SSH-2.0-OpenSSH_9.6\r\n"), false, Interrupted},
		"an endless status line":        {forever("HTTP/1.1 200 ", "O"), false, Interrupted},
		"endless headers":               {forever("HTTP/1.1 200 OK\r\n", "X-Header: value\r\n"), false, Interrupted},
		"one endless header":            {forever("HTTP/1.1 200 OK\r\nX-Header: ", "value"), false, Interrupted},
		"endless early hints":           {forever("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), false, Interrupted},
		"another protocol":              {func(conn io.Writer) { says(switching)(conn); slowly(strings.Repeat(" ", 1000))(conn) }, false, Unreadable},
		"one byte a second":             {slowly(success + "\r\n" + strings.Repeat(" ", 1000)), false, TimedOut},
		"a body of one byte a second":   {func(conn io.Writer) { says(success + "\r\n")(conn); slowly(strings.Repeat("1", 1000))(conn) }, false, TimedOut},
		"a list of one byte a second":   {func(conn io.Writer) { says(success + "\r\n")(conn); slowly("[" + strings.Repeat("1,", 1000))(conn) }, true, TimedOut},
		"an endless text":               {forever(success+"\r\n\"", "x"), false, Unreadable},
		"endless blanks":                {forever(success+"\r\n", " "), false, Unreadable},
		"an endless page":               {forever(success+"\r\n<html>", "<p>"), false, Unreadable},
		"an endless failure":            {forever("HTTP/1.1 500 Oops\r\n\r\n", "x"), false, ServerFailed},
		"an endless refusal":            {forever("HTTP/1.1 403 No\r\n\r\n{\"message\":\"", "x"), false, Refused},
		"an endless compressed text":    {zipped(success, `"`, "x"), false, Unreadable},
		"an endless compressed refusal": {zipped("HTTP/1.1 400 No\r\n", `{"message":"`, "x"), false, Refused},
		"endless chunk extensions":      {forever(success+"Transfer-Encoding: chunked\r\n\r\n1;", "x"), false, Unreadable},
		"endless trailers":              {forever(success+"Transfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n", "X: y\r\n"), false, Unreadable},
		"endless lists in lists":        {forever(success+"\r\n", "["), false, Unreadable},
		"deep lists":                    {whole("200 OK", strings.Repeat("[", 5000)+strings.Repeat("]", 5000)), false, Unreadable},
		"deep objects":                  {whole("200 OK", strings.Repeat(`{"a":`, 5000)+"1"+strings.Repeat("}", 5000)), false, Unreadable},
		"a deep refusal":                {whole("400 No", strings.Repeat("[", 5000)+strings.Repeat("]", 5000)), false, Refused},
		"a million names":               {whole("200 OK", `{"names":[`+strings.Repeat(`"a",`, 1_000_000)+`"a"]}`), false, Unreadable},
		"a million fields":              {whole("200 OK", `{`+strings.Repeat(`"a":{},`, 1_000_000)+`"a":1}`), false, Unreadable},
		"350,000 tokens":                {whole("200 OK", `[`+strings.Repeat(`{"token":"abcdefgh"},`, 350_000)+`{}]`), false, Unreadable},
		"350,000 tokens in a refusal":   {whole("400 No", `[`+strings.Repeat(`{"token":"abcdefgh"},`, 350_000)+`{}]`), false, Refused},
		"a square":                      {whole("400 No", `{"token":"a***","message":"`+strings.Repeat("a", 200_000)+`a***"}`), false, Refused},
		"half an answer":                {says(success + "Content-Length: 100\r\n\r\n{\"a\":"), false, Unreadable},
		"endless entries":               {forever(success+"\r\n[", `{"id":"a"},`), true, Unreadable},
		"endless null entries":          {forever(success+"\r\n[", `null,`), true, Unreadable},
		"endless compressed entries":    {zipped(success, "[", `{"id":"a"},`), true, Unreadable},
		"an endless entry":              {forever(success+"\r\n[{\"id\":\"", "x"), true, Unreadable},
		"blanks between entries":        {forever(success+"\r\n[1,", " "), true, Unreadable},
		"a deep entry":                  {whole("200 OK", "["+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+"]"), true, Unreadable},
		"entries full of names":         {whole("200 OK", "["+strings.Repeat("["+strings.Repeat("1,", 200_000)+"1],", 10)+"1]"), true, Unreadable},
	}
	for code := 300; code <= 308; code++ {
		for where, location := range map[string]string{
			"itself": "/x", "another host": "https://elsewhere.example/steal", "no host": "//elsewhere.example", "no HTTP": "file:///etc/passwd", "nowhere": "",
		} {
			head := fmt.Sprintf("HTTP/1.1 %d Moved\r\nLocation: %s\r\nRefresh: 0; url=https://elsewhere.example\r\nContent-Length: 0\r\n\r\n", code, location)
			servers[fmt.Sprintf("%d to %s", code, where)] = server{says(head), false, Redirected}
		}
	}
	return servers
}

// blackHole takes what is written and passes nothing on until the other side is gone.
type blackHole struct{ io.Writer }

func (b blackHole) Write([]byte) (int, error) {
	time.Sleep(hostileDeadline) //nolint:forbidigo // In the bubble this takes no time.
	return b.Writer.Write(nil)
}

//nolint:paralleltest // It measures the memory of the process.
func TestClient_endsWhateverAServerDoes(t *testing.T) {
	var peak uint64
	for name, test := range hostileServers() {
		t.Run(name, func(t *testing.T) {
			used := measure(t)
			synctest.Test(t, func(t *testing.T) {
				server := newHostileServer(t, test.speak)
				client := newTestClient(t, "http://hostile.example/jira", server.sends, func(config *Config) {
					config.MaxRetries = 1
					config.RequestTimeout = hostileDeadline
				})
				request := Request{Method: "POST", Path: "/x"}
				if test.list {
					request.List = &List{Begin: func() {}, Entry: func(entry []byte) error { return json.Unmarshal(entry, new(any)) }}
				}
				start := time.Now()
				_, err := client.Do(t.Context(), request)
				if failure := failed(t, err); failure.Kind != test.kind || len(failure.Error()) > 2*maxWords {
					t.Errorf("kind %d, want %d: %.200s", failure.Kind, test.kind, failure)
				}
				if took := time.Since(start); took > hostileDeadline+time.Second {
					t.Errorf("it took %s", took)
				}
				if dialled := server.dialled.Load(); dialled != 1 {
					t.Errorf("%d connections", dialled)
				}
				server.close()
			})
			most := used()
			if peak = max(peak, most); most > hostileMemory {
				t.Errorf("it took %d MiB", most>>20)
			}
		})
	}
	t.Logf("%d servers, none longer than %s, none more than %d MiB", len(hostileServers()), hostileDeadline, peak>>20)
}

// hostileServer is at the other end of every connection.
type hostileServer struct {
	sends   *http.Transport
	dialled atomic.Int64
	open    sync.WaitGroup
}

func newHostileServer(t *testing.T, speak speak) *hostileServer {
	t.Helper()
	sends, err := NewRoundTripper(TLS{})
	if err != nil {
		t.Fatal(err)
	}
	server := &hostileServer{sends: sends}
	sends.Proxy = nil
	sends.DialContext = func(context.Context, string, string) (net.Conn, error) {
		server.dialled.Add(1)
		near, far := net.Pipe()
		server.open.Go(func() {
			defer func() { _ = far.Close() }()
			request, err := http.ReadRequest(bufio.NewReader(far))
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, request.Body)
			speak(far)
		})
		return near, nil
	}
	return server
}

func (s *hostileServer) close() {
	s.sends.CloseIdleConnections()
	s.open.Wait()
}

// measure returns what tells the most memory that was in use since, over what is
// in use now. Garbage is in use as well until it is collected, which is not left
// to the environment.
func measure(t *testing.T) (most func() uint64) {
	t.Helper()
	percent := debug.SetGCPercent(100)
	inUse := func() uint64 {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	runtime.GC()
	before, peak := inUse(), uint64(0)
	ctx, stop := context.WithCancel(t.Context())
	var watcher sync.WaitGroup
	watcher.Go(func() {
		for (clock.System{}).Sleep(ctx, 2*time.Millisecond) == nil {
			peak = max(peak, inUse())
		}
	})
	return func() uint64 {
		stop()
		watcher.Wait()
		debug.SetGCPercent(percent)
		return max(peak, inUse(), before) - before
	}
}

// A list of any length that is within the bounds takes no more memory than one
// entry.
//
//nolint:paralleltest // It measures the memory of the process.
func TestClient_readsALongListInLittleMemory(t *testing.T) {
	const count = maxEntries / 4
	entry := `{"id":"0f8fad5b-d9cb-469f-a165-70867728950e","text":"` + strings.Repeat("x", 500) + `"},`
	used := measure(t)
	var read int
	synctest.Test(t, func(t *testing.T) {
		server := newHostileServer(t, func(conn io.Writer) {
			_, _ = io.WriteString(conn, success+"\r\n{\"data\":[")
			for range count - 1 {
				_, _ = io.WriteString(conn, entry)
			}
			_, _ = io.WriteString(conn, `null],"links":{"next":"n"}}`)
		})
		response, err := newTestClient(t, "http://hostile.example", server.sends).Do(t.Context(), Request{
			Method: "GET", Path: "/x",
			List: &List{Field: "data", Begin: func() { read = 0 }, Entry: func([]byte) error { read++; return nil }},
		})
		if err != nil || string(response.Body) != `{"data":[],"links":{"next":"n"}}` {
			t.Errorf("response %+v, error %v", response, err)
		}
		server.close()
	})
	if read != count-1 {
		t.Errorf("%d entries", read)
	}
	if most := used(); most > 8<<20 {
		t.Errorf("%d MiB took %d MiB", count*len(entry)>>20, most>>20)
	}
}

func TestClient_readsAListAnewInEveryAttempt(t *testing.T) {
	t.Parallel()
	errOdd := errors.New("it is odd")
	synctest.Test(t, func(t *testing.T) {
		sent := play(status(200, `{"data":[1,2,3`), status(500, `{"data":[4]}`), status(200, `{"data":[5],"more":1}`), status(200, `{"data":[null,2,4],"more":2}`))
		var entries []string
		response, err := newTestClient(t, exampleURL, sent).Do(t.Context(), Request{
			Method: "GET", Path: "/x",
			List: &List{Field: "data", Begin: func() { entries = nil }, Entry: func(entry []byte) error {
				if string(entry) == "5" {
					return errOdd
				}
				entries = append(entries, string(entry))
				return nil
			}},
		})
		if err != nil || fmt.Sprint(entries) != "[2 4]" || string(response.Body) != `{"data":[],"more":2}` || sent.requests() != 4 {
			t.Errorf("entries %q, response %+v, error %v after %d requests", entries, response, err, sent.requests())
		}
	})
}

func TestClient_masksTheEntriesOfAList(t *testing.T) {
	t.Parallel()
	var entries []string
	sent := play(status(200, `{"canary-bearer":"canary-bearer","data":[{"a":"x canary-bearer"},{"token":"abcd","m":"\u001babcd"}]}`))
	response, err := newTestClient(t, exampleURL, sent).Do(t.Context(), Request{
		Method: "GET", Path: "/x",
		List: &List{Field: "data", Begin: func() {}, Entry: func(entry []byte) error { entries = append(entries, string(entry)); return nil }},
	})
	if err != nil || fmt.Sprint(entries) != `[{"a":"x ***"} {"token":"***","m":"\\x1b***"}]` || string(response.Body) != `{"***":"***","data":[]}` {
		t.Errorf("entries %s, response %s, error %v", entries, response.Body, err)
	}
}
