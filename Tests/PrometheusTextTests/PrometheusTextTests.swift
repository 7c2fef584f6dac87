import CoreMetrics
import Testing

@testable import PrometheusText

@Suite("Prometheus text")
struct PrometheusTextTests {
    @Test("an empty registry renders nothing")
    func empty() async {
        #expect(await PrometheusMetrics().render() == "")
    }

    @Test("a counter has HELP, TYPE, the ending _total and its labels in order of name")
    func counter() async {
        let metrics = PrometheusMetrics(
            namespace: "mb",
            declarations: [
                MetricDeclaration(.counter, "mb_rpc_calls_total", labels: ["code"], help: "Calls answered.")
            ])
        let counter = Counter(label: "rpc.calls", dimensions: [("method", "Get"), ("code", "OK")], factory: metrics)
        counter.increment(by: 2)
        Counter(label: "rpc.calls", dimensions: [("code", "OK"), ("method", "Get")], factory: metrics).increment()
        #expect(
            await metrics.render() == """
                # HELP mb_rpc_calls_total Calls answered.
                # TYPE mb_rpc_calls_total counter
                mb_rpc_calls_total{code="OK",method="Get"} 3

                """)
    }

    @Test("a counter neither falls nor takes an ending or a namespace twice")
    func counterKeepsGrowing() async {
        let metrics = PrometheusMetrics(namespace: "mb")
        let handler = metrics.makeCounter(label: "mb_seen_total", dimensions: [])
        handler.increment(by: 5)
        handler.increment(by: -3)
        handler.increment(by: 0)
        #expect(await metrics.render().hasSuffix("\nmb_seen_total 5\n"))
        handler.reset()
        #expect(await metrics.render().hasSuffix("\nmb_seen_total 0\n"))
    }

    @Test("gauges show the last value, and meters move by steps")
    func gauges() async {
        let metrics = PrometheusMetrics(namespace: "")
        Gauge(label: "depth", factory: metrics).record(4.5)
        let meter = Meter(label: "open", factory: metrics)
        meter.set(10)
        meter.increment(by: 2)
        meter.decrement(by: 5)
        let text = await metrics.render()
        #expect(text.contains("# TYPE depth gauge\ndepth 4.5\n"))
        #expect(text.contains("# TYPE open gauge\nopen 7\n"))
    }

    @Test("a timer is a histogram of seconds whose buckets cumulate and include their bound")
    func timer() async {
        let metrics = PrometheusMetrics(namespace: "")
        let timer = Timer(label: "rpc.duration", dimensions: [("method", "Get")], factory: metrics)
        timer.recordNanoseconds(1_000_000)
        timer.recordNanoseconds(1_000_001)
        timer.recordSeconds(3600)
        let text = await metrics.render()
        #expect(text.contains("# TYPE rpc_duration_seconds histogram\n"))
        #expect(text.contains("rpc_duration_seconds_bucket{method=\"Get\",le=\"0.0005\"} 0\n"))
        #expect(text.contains("rpc_duration_seconds_bucket{method=\"Get\",le=\"0.001\"} 1\n"))
        #expect(text.contains("rpc_duration_seconds_bucket{method=\"Get\",le=\"0.0025\"} 2\n"))
        #expect(text.contains("rpc_duration_seconds_bucket{method=\"Get\",le=\"60\"} 2\n"))
        #expect(text.contains("rpc_duration_seconds_bucket{method=\"Get\",le=\"+Inf\"} 3\n"))
        #expect(text.contains("rpc_duration_seconds_sum{method=\"Get\"} 3600.002000001\n"))
        #expect(text.contains("rpc_duration_seconds_count{method=\"Get\"} 3\n"))
    }

    @Test("a recorder is a histogram of sizes, and a label named le makes room for the format's own")
    func recorder() async {
        let metrics = PrometheusMetrics(namespace: "")
        let recorder = Recorder(label: "batch", dimensions: [("le", "x")], factory: metrics)
        recorder.record(128)
        recorder.record(Double.nan)
        let text = await metrics.render()
        #expect(text.contains("batch_bucket{exported_le=\"x\",le=\"100\"} 0\n"))
        #expect(text.contains("batch_bucket{exported_le=\"x\",le=\"200\"} 1\n"))
        #expect(text.contains("batch_sum{exported_le=\"x\"} 128\nbatch_count{exported_le=\"x\"} 1\n"))
    }

    @Test("label values and HELP texts are escaped, line feeds within CR LF too")
    func escapes() async {
        let metrics = PrometheusMetrics(
            namespace: "",
            declarations: [MetricDeclaration(.counter, "odd_total", help: "one\\two\nthree \"four\"")])
        Counter(label: "odd", dimensions: [("v", "a\\b\"c\nd\r\ne{}")], factory: metrics).increment()
        let text = await metrics.render()
        #expect(text.contains("# HELP odd_total one\\\\two\\nthree \"four\"\n"))
        #expect(text.contains("odd_total{v=\"a\\\\b\\\"c\\nd\r\\ne{}\"} 1\n"))
    }

    @Test(
        "names are cleaned to what the format allows",
        arguments: [
            ("a.b-c", "a_b_c", "a_b_c"), ("9lives", "_9lives", "_9lives"), ("", "_", "_"), ("ns:x", "ns:x", "ns_x"),
            ("größe", "gr____e", "gr____e"), ("Ok_1", "Ok_1", "Ok_1"),
        ])
    func names(raw: String, metric: String, label: String) {
        #expect(MetricName.metric(raw) == metric)
        #expect(MetricName.label(raw) == label)
    }

    @Test(
        "numbers are written as the format reads them",
        arguments: [
            (0, "0"), (-3, "-3"), (1.5, "1.5"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (9_007_199_254_740_992, "9007199254740992"), (1e300, "1e+300"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        #expect(Exposition.number(value) == text)
    }

    @Test("collected gauges are read at each scrape and share a family's HELP and TYPE lines")
    func collectors() async {
        let metrics = PrometheusMetrics(namespace: "mb")
        let calls = metrics.makeCounter(label: "scrapes", dimensions: [])
        metrics.registerGauges {
            calls.increment(by: 1)
            return [GaugeSample("inbox.depth", labels: ["status": "received"], value: 7)]
        }
        metrics.registerGauges { [GaugeSample("inbox.depth", labels: ["status": "held"], value: 1)] }
        metrics.registerGauges { [] }
        let text = await metrics.render()
        #expect(
            text.contains(
                """
                # HELP mb_inbox_depth inbox.depth
                # TYPE mb_inbox_depth gauge
                mb_inbox_depth{status="held"} 1
                mb_inbox_depth{status="received"} 7

                """))
        #expect(await metrics.render().contains("mb_scrapes_total 2\n"))
    }

    @Test("a declared metric is there before its first event, and its declared label sets begin at zero")
    func declared() async {
        let metrics = PrometheusMetrics(
            namespace: "mb",
            declarations: [
                MetricDeclaration(
                    .counter, "mb_sends_total", labels: ["outcome"], zeros: [["refused"], ["accepted"]],
                    help: "Sends."),
                MetricDeclaration(.gauge, "mb_held", labels: ["currency"], help: "Held."),
                MetricDeclaration(.seconds, "mb_wait_seconds", help: "Waits."),
            ])
        let beginning = """
            # HELP mb_held Held.
            # TYPE mb_held gauge
            # HELP mb_sends_total Sends.
            # TYPE mb_sends_total counter
            mb_sends_total{outcome="accepted"} 0
            mb_sends_total{outcome="refused"} 0
            # HELP mb_wait_seconds Waits.
            # TYPE mb_wait_seconds histogram

            """
        #expect(await metrics.render() == beginning)
        let counter = Counter(label: "mb_sends", dimensions: [("outcome", "refused")], factory: metrics)
        counter.increment()
        #expect(await metrics.render().contains("mb_sends_total{outcome=\"refused\"} 1\n"))
        counter.destroy()
        let timer = Timer(label: "wait", factory: metrics)
        timer.recordSeconds(1)
        timer.destroy()
        #expect(await metrics.render().hasSuffix("# TYPE mb_wait_seconds histogram\n"))
    }

    @Test("one name used for two types becomes two families")
    func clash() async {
        let metrics = PrometheusMetrics(namespace: "")
        metrics.makeMeter(label: "x_total", dimensions: []).set(Int64(2))
        metrics.makeCounter(label: "x", dimensions: []).increment(by: 1)
        metrics.registerGauges { [GaugeSample("x_total_counter", value: 3)] }
        let text = await metrics.render()
        #expect(text.contains("# TYPE x_total gauge\nx_total 2\n"))
        #expect(text.contains("# TYPE x_total_counter counter\nx_total_counter 1\n"))
        #expect(text.contains("# TYPE x_total_counter_gauge gauge\nx_total_counter_gauge 3\n"))
    }

    @Test("a family with too many label sets counts the rest together")
    func overflow() async {
        let metrics = PrometheusMetrics(namespace: "", seriesPerFamilyMax: 2)
        for value in ["a", "b", "c", "d", "a"] {
            metrics.makeCounter(label: "n", dimensions: [("v", value)]).increment(by: 1)
        }
        let text = await metrics.render()
        #expect(text.hasSuffix("\nn_total{overflow=\"true\"} 2\nn_total{v=\"a\"} 2\nn_total{v=\"b\"} 1\n"))
    }

    @Test("a destroyed handle leaves no line, and a new one begins at zero")
    func destroy() async {
        let metrics = PrometheusMetrics(namespace: "")
        let counter = Counter(label: "gone", factory: metrics)
        counter.increment()
        counter.destroy()
        #expect(await metrics.render() == "")
        counter.increment()
        Counter(label: "gone", factory: metrics).increment(by: 4)
        #expect(await metrics.render().hasSuffix("\ngone_total 4\n"))
    }

    @Test("no count is lost when many tasks write one series through handles of their own")
    func concurrency() async {
        let metrics = PrometheusMetrics(namespace: "")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    let counter = Counter(label: "c", factory: metrics)
                    let meter = Meter(label: "m", factory: metrics)
                    let timer = Timer(label: "t", factory: metrics)
                    for _ in 0..<1000 {
                        counter.increment()
                        meter.increment(by: 1)
                        timer.recordNanoseconds(1)
                    }
                }
            }
        }
        let text = await metrics.render()
        #expect(text.contains("c_total 16000\n"))
        #expect(text.contains("m 16000\n"))
        #expect(text.contains("t_seconds_count 16000\n"))
    }
}
