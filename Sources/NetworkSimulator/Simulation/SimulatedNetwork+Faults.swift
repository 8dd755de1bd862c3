import WireFormat

extension SimulatedNetwork {
    mutating func inflict(_ fault: Fault) {
        switch fault {
        case .gatewayReboot(let gateway): gateways[gateway.index].reboot(at: now.nanoseconds)
        case .gatewayAddressChange(let gateway, let address): change(gateway.index, to: address)
        case .addressChange(let attachment, let addresses):
            setAddresses(addresses, of: attachment.index)
            if case .host(let host) = attachments[attachment.index].owner {
                queue.push(.addressChange, at: now.nanoseconds, index: host)
            }
        case .hostRemoval(let host): remove(host.index)
        case .hostReturn(let host): restore(host.index)
        case .streamsCut(let host): forgetStreams(of: host.index, tellsOthers: true)
        case .linkDown(let attachment): attachments[attachment.index].isUp = false
        case .linkUp(let attachment): attachments[attachment.index].isUp = true
        case .routeDown(let source, let destination):
            brokenRoutes.insert(Route(source: source, destination: destination))
        case .routeUp(let source, let destination):
            brokenRoutes.remove(Route(source: source, destination: destination))
        case .linkChange(let attachment, let link):
            attachments[attachment.index].up.conditions = link.up
            attachments[attachment.index].down.conditions = link.down
        case .pipeCut(let pipe): cut(pipe.index)
        case .pipeRestoration(let pipe): reopen(pipe.index)
        }
    }

    private mutating func change(_ gateway: Int, to address: IPAddress) {
        let attachment = gateways[gateway].attachment
        let others = attachments[attachment].addresses.filter { $0.isIPv4 != address.isIPv4 }
        setAddresses([address] + others, of: attachment)
        gateways[gateway].reboot(at: now.nanoseconds, externalAddresses: address.isIPv4 ? [address] : nil)
    }

    private mutating func remove(_ host: Int) {
        guard hosts[host].isAlive else { return }
        for pipe in pipes.indices where pipes[pipe].hosts.0 == host || pipes[pipe].hosts.1 == host { cut(pipe) }
        forgetStreams(of: host, tellsOthers: false)
        hosts[host].isAlive = false
        hosts[host].timerAt = .max
        hosts[host].timerGeneration &+= 1
    }

    private mutating func restore(_ host: Int) {
        guard !hosts[host].isAlive else { return }
        hosts[host].isAlive = true
        setTimer(now, of: host)
    }

    private mutating func cut(_ pipe: Int) {
        guard pipes[pipe].isOpen else { return }
        pipes[pipe].isOpen = false
        pipes[pipe].generation &+= 1
        announceChange(of: pipe)
    }

    private mutating func reopen(_ pipe: Int) {
        guard !pipes[pipe].isOpen, hosts[pipes[pipe].hosts.0].isAlive, hosts[pipes[pipe].hosts.1].isAlive else {
            return
        }
        pipes[pipe].isOpen = true
        announceChange(of: pipe)
    }

    private mutating func announceChange(of pipe: Int) {
        let payload = UInt32(truncatingIfNeeded: pipe) << 1 | (pipes[pipe].isOpen ? 1 : 0)
        for host in [pipes[pipe].hosts.0, pipes[pipe].hosts.1] {
            queue.push(.pipeChange, at: now.nanoseconds, index: host, generation: payload)
        }
    }
}
