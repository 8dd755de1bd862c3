import FuzzHarness
import Glibc

/// libFuzzer's entry points. The target is named by `BEELINE_FUZZ_TARGET`; with `BEELINE_FUZZ_SEEDS` the program writes
/// that target's seeds into this folder before it starts.

nonisolated(unsafe) private var target: FuzzTarget?

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?) -> CInt {
    guard let name = getenv("BEELINE_FUZZ_TARGET").map({ String(cString: $0) }), let named = FuzzTarget(rawValue: name)
    else { fatalError("BEELINE_FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue))") }
    target = named
    if let folder = getenv("BEELINE_FUZZ_SEEDS") {
        for (index, seed) in named.seeds.enumerated() {
            guard let file = fopen("\(String(cString: folder))/seed-\(index)", "w") else { continue }
            fwrite(seed, 1, seed.count, file)
            fclose(file)
        }
    }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try target?.run([UInt8](UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("finding: \(error)")
    }
    return 0
}
