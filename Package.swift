// swift-tools-version: 6.2
import PackageDescription

/// What every target is compiled with: the Swift 6 language, no warnings, lifetimes for types that hold a `Span`.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableExperimentalFeature("Lifetimes"),
]

/// The core: no system call, no clock, no randomness of its own; every unsafe expression is marked.
let coreSettings = common + [.strictMemorySafety()]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let webSocket: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOTLS", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOWebSocket", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

/// Core modules and what each may import; `ArchitectureTests` holds the sources to this table.
let core: [(name: String, dependencies: [Target.Dependency])] = [
    ("WireFormat", []),
    ("STUN", ["WireFormat", crypto]),
    ("TURN", ["WireFormat", "STUN"]),
    ("ICE", ["WireFormat", "STUN", "TURN"]),
    ("PortMapping", ["WireFormat"]),
    ("SecureChannel", ["WireFormat", "CSodium"]),
    ("Transport", ["WireFormat"]),
    ("ScreenCodec", ["WireFormat"]),
    ("Rendezvous", ["WireFormat"]),
    ("FileTransfer", ["WireFormat", "CSodium"]),
    (
        "PeerSession",
        [
            "WireFormat", "STUN", "ICE", "PortMapping", "SecureChannel", "Transport", "ScreenCodec", "Rendezvous",
            "FileTransfer",
        ]
    ),
    ("NetworkSimulator", ["WireFormat"]),
]

let edges: [Target] = [
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(
        name: "CX11", pkgConfig: "x11 xext xtst xdamage xfixes xrandr xrender",
        providers: [
            .apt([
                "libx11-dev", "libxext-dev", "libxtst-dev", "libxdamage-dev", "libxfixes-dev", "libxrandr-dev",
                "libxrender-dev",
            ])
        ]),
    .systemLibrary(name: "CLinux"),
    .target(
        name: "NetworkIO", dependencies: ["WireFormat", "PortMapping", "Rendezvous", "CLinux"] + webSocket,
        swiftSettings: common),
    .target(name: "X11Desktop", dependencies: ["CX11"], swiftSettings: common),
    .target(name: "ProgramSupport", swiftSettings: common),
]

let programs: [Target] = [
    .executableTarget(
        name: "rdserver",
        dependencies: [
            "WireFormat", "STUN", "TURN", "Rendezvous", "SecureChannel", "NetworkIO", "ProgramSupport", argumentParser,
            logging, configuration, lifecycle, signals,
        ],
        exclude: ["Deployment"], swiftSettings: common),
    .executableTarget(
        name: "rdpeer",
        dependencies: [
            "WireFormat", "STUN", "TURN", "ICE", "PortMapping", "Rendezvous", "SecureChannel", "Transport",
            "ScreenCodec", "FileTransfer", "PeerSession", "NetworkIO", "CLinux", "X11Desktop", "ProgramSupport",
            argumentParser, logging, histogram,
        ],
        swiftSettings: common),
    .executableTarget(
        name: "rdbench",
        dependencies: [
            "WireFormat", "STUN", "TURN", "ICE", "Rendezvous", "SecureChannel", "Transport", "ScreenCodec",
            "FileTransfer", "PeerSession", "NetworkSimulator", "SimulatedDisk", "NetworkIO", "CLinux", "CSodium",
            "CX11",
            "X11Desktop", "ProgramSupport", argumentParser, histogram,
        ],
        swiftSettings: common),
]

let coreTests: [Target] = core.map { module in
    .testTarget(
        name: module.name + "Tests",
        dependencies: [.byName(name: module.name)] + module.dependencies
            + (["SecureChannel", "Transport", "TURN", "ICE"].contains(module.name) ? ["AllocationCounter"] : [])
            + (module.name == "ScreenCodec" ? ["ScreenCodecOracle"] : [])
            + (["FileTransfer", "PeerSession"].contains(module.name) ? ["SimulatedDisk"] : []),
        swiftSettings: common)
}

let otherTests: [Target] = [
    .testTarget(name: "ArchitectureTests", swiftSettings: common),
    .testTarget(
        name: "NetworkIOTests", dependencies: ["NetworkIO", "Rendezvous", "STUN", "TURN", "WireFormat", crypto],
        swiftSettings: common),
    .testTarget(
        name: "SimulationTests",
        dependencies: [
            "rdbench", "WireFormat", "STUN", "ICE", "Rendezvous", "SecureChannel", "Transport", "ScreenCodec",
            "PeerSession", "NetworkSimulator",
        ],
        swiftSettings: common),
    .testTarget(
        name: "rdbenchTests",
        dependencies: ["rdbench", "NetworkSimulator", "SecureChannel", "Transport", "WireFormat"],
        swiftSettings: common),
    .testTarget(
        name: "EndToEndTests", dependencies: ["rdpeer", "rdserver", "rdbench", "Rendezvous", "WireFormat"],
        swiftSettings: common),
    .testTarget(
        name: "InteropTests", dependencies: ["rdserver", "ICE", "TURN", "STUN", "NetworkIO", "WireFormat"],
        swiftSettings: common),
    .testTarget(name: "X11DesktopTests", dependencies: ["X11Desktop", "CX11", "WireFormat"], swiftSettings: common),
]

/// An allocator that counts, in the program that runs the tests.
let counting = Target.target(name: "AllocationCounter", path: "Tests/AllocationCounter")

/// What the fuzzer calls, and the replay of its inputs: see Tests/Fuzz/README.md.
let fuzzing: [Target] = [
    .target(name: "ScreenCodecOracle", path: "Tests/ScreenCodecOracle", swiftSettings: common),
    .target(
        name: "SimulatedDisk", dependencies: ["FileTransfer", "WireFormat"], path: "Tests/SimulatedDisk",
        swiftSettings: common),
    .target(
        name: "FuzzHarness",
        dependencies: core.map { .byName(name: $0.name) } + ["ScreenCodecOracle", "SimulatedDisk"],
        path: "Tests/Fuzz/Harness", swiftSettings: common),
    .testTarget(name: "FuzzRegressionTests", dependencies: ["FuzzHarness"], swiftSettings: common),
]

let package = Package(
    name: "beeline",
    products: core.map { .library(name: $0.name, targets: [$0.name]) } + [
        .library(name: "FuzzHarness", type: .static, targets: ["FuzzHarness"]),
        .executable(name: "rdpeer", targets: ["rdpeer"]),
        .executable(name: "rdserver", targets: ["rdserver"]),
        .executable(name: "rdbench", targets: ["rdbench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: core.map { .target(name: $0.name, dependencies: $0.dependencies, swiftSettings: coreSettings) }
        + edges + programs + coreTests + otherTests + fuzzing + [counting]
)
