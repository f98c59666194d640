// Transcribes a file on a disk that the workers share: go run . talk.mp3 own-key
package main

import (
	"context"
	"fmt"
	"log"
	"net/url"
	"os"
	"path/filepath"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

type source struct {
	URI string `json:"uri"`
}

type options struct {
	Formats []string `json:"formats,omitempty"`
}

type request struct {
	Source  source  `json:"source"`
	Options options `json:"options"`
}

type result struct {
	Outputs []struct{ Format, URI string }
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("expected a file and a key")
	}
	path, err := filepath.Abs(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	address := os.Getenv("LONGHAND_ADDRESS")
	if address == "" {
		address = client.DefaultHostPort
	}
	temporal, err := client.Dial(client.Options{HostPort: address})
	if err != nil {
		log.Fatal(err)
	}
	defer temporal.Close()

	ctx := context.Background()
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	run, err := temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:        os.Args[2],
		TaskQueue: "media",
		// The same key again attaches to what runs or is done; what has failed is started anew.
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
	}, "transcription", request{
		Source:  source{URI: file.String()},
		Options: options{Formats: []string{"txt", "json"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	var made result
	if err := run.Get(ctx, &made); err != nil {
		log.Fatal(err)
	}
	for _, output := range made.Outputs {
		fmt.Println(output.Format, output.URI)
	}
}
