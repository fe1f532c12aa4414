/**
 * What the server counts, as Prometheus text. Names follow OpenTelemetry's
 * semantic conventions for HTTP servers.
 *
 * @module
 */

/** Upper bounds in seconds, those of the semantic conventions. */
const BOUNDS: readonly number[] = [
  ...[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5],
  ...[7.5, 10],
];

/** Counts of one series of durations. */
interface Series {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly labels: string;
  readonly counts: Float64Array;
  seconds: number;
}

/** Counters of a server. */
export class Metrics {
  readonly #series = new Map<string, Map<number, Series>>();
  /** The series of the last request, often that of the next one. */
  #last: Series | null = null;
  /** Requests in work. */
  active = 0;
  /** Bytes of request bodies that were read. */
  bodyBytes = 0;

  /**
   * Counts a request that has ended.
   *
   * @param method The method.
   * @param route The route's pattern, never the path as sent.
   * @param status The status code.
   * @param ms Milliseconds.
   */
  record(method: string, route: string, status: number, ms: number): void {
    const last = this.#last;
    const isLast = last !== null && last.status === status &&
      last.route === route && last.method === method;
    const series = isLast ? last : this.#seriesOf(method, route, status);
    const seconds = ms / 1000;
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]!) bucket++;
    series.counts[bucket]!++;
    series.seconds += seconds;
    this.#last = series;
  }

  #seriesOf(method: string, route: string, status: number): Series {
    const key = `${method} ${route}`;
    let statuses = this.#series.get(key);
    if (statuses === undefined) this.#series.set(key, statuses = new Map());
    let series = statuses.get(status);
    if (series === undefined) {
      const labels = `http_request_method="${method}",http_route="${route}",` +
        `http_response_status_code="${status}"`;
      const counts = new Float64Array(BOUNDS.length + 1);
      series = { method, route, status, labels, counts, seconds: 0 };
      statuses.set(status, series);
    }
    return series;
  }

  /**
   * All counters.
   *
   * @returns Prometheus text, exposition format 0.0.4.
   */
  text(): string {
    const { rss, heapUsed } = Deno.memoryUsage();
    return [
      ...this.#histogram(),
      ...gauge("http_server_active_requests", "Requests in work", this.active),
      "# HELP http_server_request_body_bytes_total Bytes of bodies read",
      "# TYPE http_server_request_body_bytes_total counter",
      `http_server_request_body_bytes_total ${this.bodyBytes}`,
      ...gauge("process_resident_memory_bytes", "Resident memory", rss),
      ...gauge("v8js_memory_heap_used_bytes", "Used heap", heapUsed),
      "",
    ].join("\n");
  }

  *#histogram(): Generator<string> {
    const name = "http_server_request_duration_seconds";
    yield `# HELP ${name} Durations of requests`;
    yield `# TYPE ${name} histogram`;
    for (const statuses of this.#series.values()) {
      for (const { labels, counts, seconds } of statuses.values()) {
        let total = 0;
        for (let bucket = 0; bucket <= BOUNDS.length; bucket++) {
          total += counts[bucket]!;
          const bound = BOUNDS[bucket] ?? "+Inf";
          yield `${name}_bucket{${labels},le="${bound}"} ${total}`;
        }
        yield `${name}_sum{${labels}} ${seconds}`;
        yield `${name}_count{${labels}} ${total}`;
      }
    }
  }
}

function gauge(name: string, help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}
