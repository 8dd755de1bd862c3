/// A large value behind a reference: whoever looks at its owner, moves it or unwraps it copies the reference only. Owners
/// share the value until one of them changes it, so that it behaves as if it lay in each.
struct CopyOnWrite<Value> {
    private final class Storage {
        var value: Value

        init(_ value: Value) { self.value = value }
    }

    private var storage: Storage

    init(_ value: Value) { storage = Storage(value) }

    var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }
}
