// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableExperimentalFeature("Lifetimes"),
]

/// Micro-benchmarks of the data path. They are a package of their own so that users of Beeline build none of it:
///
///     swift package --package-path Benchmarks --disable-sandbox benchmark
let package = Package(
    name: "beeline-benchmarks",
    dependencies: [
        .package(name: "beeline", path: ".."),
        // Without its traits it needs no allocator of its own.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        // The bare calls that the record layer is held against.
        .systemLibrary(name: "Libsodium", path: "Libsodium", pkgConfig: "libsodium"),
        .executableTarget(
            name: "DataPath",
            dependencies: [
                "Libsodium",
                .product(name: "WireFormat", package: "beeline"),
                .product(name: "STUN", package: "beeline"),
                .product(name: "TURN", package: "beeline"),
                .product(name: "SecureChannel", package: "beeline"),
                .product(name: "Transport", package: "beeline"),
                .product(name: "ScreenCodec", package: "beeline"),
                .product(name: "NetworkSimulator", package: "beeline"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "DataPath", swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
