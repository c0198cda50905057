import Billing
import Foundation
import Glibc
import Ledger
import Testing

/// A small file system of its own, mounted for one test.
final class SmallDisk {
    let path: String

    /// Whether this process may mount: asked once, by doing it.
    static let canMount: Bool = (try? SmallDisk(megabytes: 1)) != nil

    init(megabytes: Int) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let mount = try Process.run(
            URL(fileURLWithPath: "/bin/mount"),
            arguments: ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
        mount.waitUntilExit()
        try #require(mount.terminationStatus == 0)
    }

    deinit {
        let unmount = try? Process.run(URL(fileURLWithPath: "/bin/umount"), arguments: [path])
        unmount?.waitUntilExit()
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Takes all but so much of what is free.
    func fill(leaving octets: Int) throws {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: path)
        let free = try #require(attributes[.systemFreeSize] as? NSNumber).intValue
        _ = FileManager.default.createFile(atPath: path + "/ballast", contents: nil)
        let handle = try #require(FileHandle(forUpdatingAtPath: path + "/ballast"))
        #expect(posix_fallocate(handle.fileDescriptor, 0, max(4_096, free - octets)) == 0)
        try handle.close()
    }
}

@Suite("A full disk", .serialized)
struct FullDisk {
    @Test(
        "the reserve closes running calls, new ones are refused, and room brings both back",
        .enabled(if: SmallDisk.canMount, "this user may not mount a tmpfs"))
    func reserve() throws {
        let disk = try SmallDisk(megabytes: 24)
        let answers = Answers()
        var options = Build.options(disk.path)
        options.reserveMegabytes = 4
        options.diskMinimumMegabytes = 2
        let opened = try Ledger.open(options) { answers.take($0) }
        let ledger = opened.ledger
        #expect(ledger.admitsCalls)
        var record = Build.answered(1)
        record.userfield = String(repeating: "x", count: 1_000)
        for number in 1...200 as ClosedRange<UInt64> {
            record = Build.answered(number)
            record.userfield = String(repeating: "x", count: 8_000)
            ledger.submit(.open(record, token: Build.token(number)))
        }
        try answers.wait(200)
        try disk.fill(leaving: 0)
        for number in 1...200 as ClosedRange<UInt64> { ledger.submit(.close(Build.ended(number))) }
        ledger.submit(.open(Build.answered(900), token: Build.token(900)))
        try answers.wait()
        #expect(answers.all.last == .committed(Build.token(900)))
        #expect(!ledger.admitsCalls || ledger.status.hasReserve == false)
        ledger.close()
        let rows = try Rows(disk.path)
        #expect(
            try rows.values("SELECT state, count(*) FROM cdr GROUP BY state") == [["closed", "200"], ["open", "1"]])
        #expect(try rows.one("SELECT max(seq) - count(*) FROM cdr") == "0")
    }

    @Test(
        "with no reserve left a commit fails with its reason, and is repeated until there is room",
        .enabled(if: SmallDisk.canMount, "this user may not mount a tmpfs"))
    func failure() throws {
        let disk = try SmallDisk(megabytes: 24)
        let answers = Answers()
        var options = Build.options(disk.path)
        options.reserveMegabytes = 1
        options.diskMinimumMegabytes = 1_000
        let opened = try Ledger.open(options) { answers.take($0) }
        #expect(!opened.ledger.admitsCalls)
        try disk.fill(leaving: 0)
        for number in 1...100 as ClosedRange<UInt64> {
            var record = Build.answered(number)
            record.userfield = String(repeating: "x", count: 8_000)
            opened.ledger.submit(.open(record, token: Build.token(number)))
        }
        try answers.wait(100)
        #expect(answers.all.contains { $0 == .failed(Build.token(100), .diskFull) })
        try FileManager.default.removeItem(atPath: disk.path + "/ballast")
        opened.ledger.submit(.open(Build.answered(101), token: Build.token(101)))
        try answers.wait()
        #expect(answers.all.last == .committed(Build.token(101)))
        opened.ledger.close()
        #expect(try Rows(disk.path).column("SELECT seq FROM cdr ORDER BY seq") == (1...101).map(String.init))
    }
}
