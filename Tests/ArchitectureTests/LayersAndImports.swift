import Testing

@Suite("Layers and imports")
struct LayersAndImports {
    @Test("the manifest is read whole, and its folders are the targets that exist")
    func manifestMatchesFolders() throws {
        let manifest = try #require(Manifest())
        let declared = Set(manifest.layers.map(\.path))
        let present = Set(
            Checkout.paths(below: "Sources").map { $0.split(separator: "/").prefix(3).joined(separator: "/") })
        #expect(declared.count > 20)
        #expect(present.subtracting(declared).sorted() == [], "folders that no target is declared for")
        #expect(declared.subtracting(present).sorted() == [], "targets without a folder")
    }

    @Test("every edge goes to a strictly lower level")
    func edgesGoDown() throws {
        let manifest = try #require(Manifest())
        for layer in manifest.layers {
            for edge in layer.uses {
                let lower = try #require(manifest.layer(edge), "\(layer.name) uses \(edge), which is not declared")
                #expect(lower.level < layer.level, "\(layer.name) uses \(edge) of level \(lower.level)")
            }
        }
    }

    @Test("the planes meet in the bridge only: neither names a target of the other")
    func planesApart() throws {
        let manifest = try #require(Manifest())
        let forbidden = [
            "Common": ["RealTime", "Bridge", "Control", "Devices", "App"],
            "Bridge": ["RealTime", "Control", "Devices", "App"],
            "RealTime": ["Control", "App"], "Devices": ["Control", "App"], "Control": ["RealTime", "Devices", "App"],
        ]
        for layer in manifest.layers {
            for edge in layer.uses {
                let folder = try #require(manifest.layer(edge)).folder
                #expect(
                    forbidden[layer.folder, default: []].contains(folder) == false,
                    "\(layer.name) (\(layer.folder)) uses \(edge) (\(folder))")
            }
        }
    }

    @Test("a file imports only what its target declares, and a real-time one nothing else")
    func imports() throws {
        let manifest = try #require(Manifest())
        for file in Checkout.swiftFiles("Sources") {
            let target = try #require(file.target, "\(file.path) belongs to no target")
            let layer = try #require(manifest.layer(target), "\(file.path) belongs to no declared target")
            let allowed = allowedModules(layer, inSetup: file.isInSetup)
            for (module, line) in file.imports {
                #expect(allowed.contains(module), "\(file.path):\(line) imports \(module)")
            }
        }
    }

    private func allowedModules(_ layer: Manifest.Layer, inSetup: Bool) -> Set<String> {
        let own = Set(layer.uses).union(["Synchronization"])
        if layer.isRealTime { return inSetup ? own.union(["Glibc"]) : own }
        let database: Set<String> = layer.packages.contains("GRDB") ? ["GRDBSQLite"] : []  // SQLite's own header
        return own.union(layer.packages).union(database).union([
            "Foundation", "FoundationEssentials", "Glibc", "Dispatch",
        ])
    }
}
