/// The page's style: the reader's fonts and colours, light or dark.
enum HTMLStyle {
    static let text = """
        :root { --ink: #1b1f24; --quiet: #59636e; --paper: #ffffff; --line: #d1d9e0; --band: #f6f8fa;
          --direct: #1a7f5a; --relayed: #d4a72c; --failed: #cf222e;
          --series0: #0969da; --series1: #bc4c00; --series2: #1a7f37; --series3: #8250df; --series4: #bf3989; --series5: #57606a; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9198a1; --paper: #0d1117; --line: #3d444d;
          --band: #151b23; --direct: #2ea043; --relayed: #bb8009; --failed: #f85149;
          --series0: #58a6ff; --series1: #f0883e; --series2: #56d364; --series3: #bc8cff; --series4: #f778ba; --series5: #b1bac4; } }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 1100px; margin: 0 auto; padding: 24px 16px 64px; }
        h1 { font-size: 26px; margin: 0; } h2 { font-size: 19px; margin: 40px 0 12px; } h3 { font-size: 15px; margin: 20px 0 6px; }
        .quiet { color: var(--quiet); margin: 4px 0; }
        .wide, pre { overflow-x: auto; }
        pre { font-size: 12px; line-height: 1.4; }
        table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
        th, td { border: 1px solid var(--line); padding: 4px 8px; text-align: right; vertical-align: top; }
        th[scope=row], table.words td { text-align: left; }
        thead th { background: var(--band); }
        figure { margin: 0; } figcaption { font-weight: 600; margin-bottom: 4px; }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 28px 24px; }
        svg { width: 100%; height: auto; display: block; } svg.matrix { max-width: 760px; }
        svg text { fill: var(--ink); font: 11px system-ui, sans-serif; } svg text.quiet { fill: var(--quiet); font-size: 10px; }
        svg .axis { stroke: var(--line); fill: none; } svg .square { stroke: var(--line); }
        .legend { list-style: none; padding: 0; margin: 6px 0 0; font-size: 13px; font-variant-numeric: tabular-nums; }
        .swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
        .key { padding: 0 6px; border-radius: 3px; color: #fff; } .key.direct { background: var(--direct); }
        .key.relayed { background: var(--relayed); } .key.failed { background: var(--failed); }
        """

    private static let seriesCount = 6

    /// The colour of a curve or bar.
    static func series(_ index: Int) -> String { "var(--series\(index % seriesCount))" }
}
