import Glibc

/// A library of C that is installed or not, opened at run time: nothing here links it.
struct DynamicLibrary {
    private let handle: UnsafeMutableRawPointer

    /// Opens the first that is there; nil if none is.
    init?(_ names: [String]) {
        guard let handle = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else { return nil }
        self.handle = handle
    }

    /// A function of it, taken to be of a type; nil if it has none of this name.
    func find<Function>(_ name: String, as type: Function.Type) -> Function? {
        dlsym(handle, name).map { unsafeBitCast($0, to: type) }
    }
}
