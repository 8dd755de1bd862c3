// One component of a libnice agent on standard input and output; see README.md.
#include <nice/agent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static NiceAgent *agent;
static GMainLoop *loop;
static guint stream;

static void tell_credentials(void) {
    gchar *fragment = NULL, *password = NULL;
    nice_agent_get_local_credentials(agent, stream, &fragment, &password);
    printf("credentials %s %s\n", fragment, password);
    g_free(fragment);
    g_free(password);
}

static void tell_candidate(NiceCandidate *candidate) {
    gchar *text = nice_agent_generate_local_candidate_sdp(agent, candidate);
    // "a=candidate:1 1 UDP ..."
    printf("candidate %s\n", strchr(text, ':') + 1);
    g_free(text);
}

static void candidate_found(NiceAgent *a, NiceCandidate *candidate, gpointer data) { tell_candidate(candidate); }

static void gathering_done(NiceAgent *a, guint stream_id, gpointer data) { printf("end\n"); }

static void pair_selected(
    NiceAgent *a, guint stream_id, guint component, NiceCandidate *local, NiceCandidate *remote, gpointer data) {
    gchar mine[NICE_ADDRESS_STRING_LEN], theirs[NICE_ADDRESS_STRING_LEN];
    nice_address_to_string(&local->addr, mine);
    nice_address_to_string(&remote->addr, theirs);
    printf("selected %s:%u %s:%u\n", mine, nice_address_get_port(&local->addr), theirs,
        nice_address_get_port(&remote->addr));
}

static void state_changed(NiceAgent *a, guint stream_id, guint component, guint state, gpointer data) {
    fprintf(stderr, "state %s\n", nice_component_state_to_string(state));
}

static void received(NiceAgent *a, guint stream_id, guint component, guint length, gchar *bytes, gpointer data) {
    printf("received ");
    for (guint i = 0; i < length; i++) printf("%02x", (unsigned char)bytes[i]);
    printf("\n");
}

static void send_hex(const char *text) {
    gchar bytes[1500];
    guint count = 0;
    unsigned value;
    for (; count < sizeof bytes && sscanf(text, "%2x", &value) == 1; text += 2) bytes[count++] = (gchar)value;
    if (nice_agent_send(agent, stream, 1, count, bytes) != (gint)count) fprintf(stderr, "not sent\n");
}

static void add_candidate(char *text) {
    gchar *sdp = g_strconcat("a=candidate:", text, NULL);
    NiceCandidate *candidate = nice_agent_parse_remote_candidate_sdp(agent, stream, sdp);
    g_free(sdp);
    if (candidate == NULL) {
        fprintf(stderr, "no candidate: %s\n", text);
        return;
    }
    GSList *list = g_slist_append(NULL, candidate);
    if (nice_agent_set_remote_candidates(agent, stream, 1, list) < 1) fprintf(stderr, "not taken: %s\n", text);
    g_slist_free_full(list, (GDestroyNotify)nice_candidate_free);
}

static void restart(void) {
    nice_agent_restart(agent);
    tell_credentials();
    GSList *list = nice_agent_get_local_candidates(agent, stream, 1);
    for (GSList *item = list; item != NULL; item = item->next) tell_candidate(item->data);
    g_slist_free_full(list, (GDestroyNotify)nice_candidate_free);
    printf("end\n");
}

static void obey(char *line) {
    char fragment[257], password[257];
    if (sscanf(line, "credentials %256s %256s", fragment, password) == 2) {
        nice_agent_set_remote_credentials(agent, stream, fragment, password);
    } else if (strncmp(line, "candidate ", 10) == 0) {
        add_candidate(line + 10);
    } else if (strcmp(line, "end") == 0) {
        nice_agent_peer_candidate_gathering_done(agent, stream);
    } else if (strncmp(line, "send ", 5) == 0) {
        send_hex(line + 5);
    } else if (strcmp(line, "restart") == 0) {
        restart();
    }
}

static gboolean read_line(GIOChannel *channel, GIOCondition condition, gpointer data) {
    gchar *line = NULL;
    gsize end = 0;
    GIOStatus status = g_io_channel_read_line(channel, &line, NULL, &end, NULL);
    if (status == G_IO_STATUS_EOF || status == G_IO_STATUS_ERROR) {
        g_main_loop_quit(loop);
        return FALSE;
    }
    if (line != NULL) {
        line[end] = 0;
        obey(line);
        g_free(line);
    }
    return TRUE;
}

int main(int count, char **arguments) {
    gboolean controlling = FALSE, relay_only = FALSE, tcp = FALSE;
    NiceAgentOption options = NICE_AGENT_OPTION_ICE_TRICKLE;
    const char *address = "127.0.0.1";
    char **turn = NULL;
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--controlling") == 0) controlling = TRUE;
        if (strcmp(arguments[i], "--relay-only") == 0) relay_only = TRUE;
        if (strcmp(arguments[i], "--tcp") == 0) tcp = TRUE;
        if (strcmp(arguments[i], "--regular") == 0) options |= NICE_AGENT_OPTION_REGULAR_NOMINATION;
        if (strcmp(arguments[i], "--address") == 0 && i + 1 < count) address = arguments[++i];
        if (strcmp(arguments[i], "--turn") == 0 && i + 4 < count) {
            turn = arguments + i + 1;
            i += 4;
        }
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    loop = g_main_loop_new(NULL, FALSE);
    agent = nice_agent_new_full(g_main_loop_get_context(loop), NICE_COMPATIBILITY_RFC5245, options);
    g_object_set(agent, "controlling-mode", controlling, "force-relay", relay_only, "ice-tcp", tcp, "ice-udp", !tcp,
        "upnp", FALSE, NULL);
    NiceAddress own;
    nice_address_init(&own);
    if (!nice_address_set_from_string(&own, address)) return 2;
    nice_agent_add_local_address(agent, &own);
    stream = nice_agent_add_stream(agent, 1);
    if (turn != NULL
        && !nice_agent_set_relay_info(
            agent, stream, 1, turn[0], (guint)atoi(turn[1]), turn[2], turn[3], NICE_RELAY_TYPE_TURN_UDP)) return 2;
    g_signal_connect(agent, "new-candidate-full", G_CALLBACK(candidate_found), NULL);
    g_signal_connect(agent, "candidate-gathering-done", G_CALLBACK(gathering_done), NULL);
    g_signal_connect(agent, "new-selected-pair-full", G_CALLBACK(pair_selected), NULL);
    g_signal_connect(agent, "component-state-changed", G_CALLBACK(state_changed), NULL);
    nice_agent_attach_recv(agent, stream, 1, g_main_loop_get_context(loop), received, NULL);
    tell_credentials();
    GIOChannel *input = g_io_channel_unix_new(0);
    g_io_add_watch(input, G_IO_IN | G_IO_HUP, read_line, NULL);
    if (!nice_agent_gather_candidates(agent, stream)) return 3;
    g_main_loop_run(loop);
    g_object_unref(agent);
    return 0;
}
