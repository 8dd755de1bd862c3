/// A system call that fails in a program, as on a broken disk: the kernel refuses it (seccomp).
enum FailingCall {
    /// Starts a program in which a call fails with an input/output error.
    ///
    /// - Parameter call: by the C library's name; its number is the one of the machine that this runs on.
    static func start(
        _ call: String, _ name: String, _ program: String, _ arguments: [String], _ world: World
    ) throws -> ChildProcess {
        // The filter: load the call's number; if it is this one, fail with EIO (5); else allow.
        let script = """
            import ctypes, os, platform, struct, sys
            number = {"x86_64": {"fdatasync": 75, "rename": 82},
                      "aarch64": {"fdatasync": 83, "rename": 38}}[platform.machine()][sys.argv[1]]
            code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in [
                (0x20, 0, 0, 0), (0x15, 0, 1, number), (6, 0, 0, 0x50005), (6, 0, 0, 0x7FFF0000)]))
            filter = ctypes.create_string_buffer(struct.pack("@HP", 4, ctypes.addressof(code)))
            libc = ctypes.CDLL(None, use_errno=True)
            PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
            zero = ctypes.c_ulong(0)
            for first, second, third in [(PR_SET_NO_NEW_PRIVS, 1, 0),
                                         (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(filter))]:
                if libc.prctl(first, ctypes.c_ulong(second), ctypes.c_ulong(third), zero, zero) != 0:
                    sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
            os.execv(sys.argv[2], sys.argv[2:])
            """
        return try world.start(
            name, try Tools.other("python3"), ["-c", script, call, program] + arguments, home: "viewer-home")
    }
}
