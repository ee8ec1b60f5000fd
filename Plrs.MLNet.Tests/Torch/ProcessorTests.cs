using System.Runtime.InteropServices;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class ProcessorTests
{
    [TestMethod]
    [DataRow(false, 0, 0, false, DisplayName = "AVX2")]
    [DataRow(true, 0, 0, false, DisplayName = "AVX-512 without bfloat16")]
    [DataRow(true, 0, 1 << 5, true, DisplayName = "AVX512-BF16")]
    [DataRow(true, 1 << 22, 0, true, DisplayName = "AMX")]
    [DataRow(false, 0, 1 << 5, false, DisplayName = "AVX512-BF16, turned off by the system")]
    [DataRow(true, ~(1 << 22), ~(1 << 5), false, DisplayName = "everything else")]
    public void AnX86ProcessorSaysByCpuid(bool hasAvx512, int leaf7Edx, int leaf7Subleaf1Eax, bool computes) =>
        Assert.AreEqual(computes, Processor.OfX86(hasAvx512, leaf7Edx, leaf7Subleaf1Eax));

    [TestMethod]
    [DataRow("processor\t: 0|Features\t: fp asimd evtstrm bf16 dgh|CPU part\t: 0xd4f", true)]
    [DataRow("Features\t: fp asimd sve svebf16", false)]
    [DataRow("processor\t: 0", null)]
    [DataRow("", null)]
    public void AnArmProcessorSaysByTheSystem(string lines, bool? computes) => Assert.AreEqual(computes, Processor.OfArm(lines.Split('|')));

    [TestMethod]
    public void ThisOneAgreesWithWhatLinuxSays()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Inconclusive("Only Linux on x64 says it so.");
        }

        var flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ');

        Assert.AreEqual(flags.Contains("avx512_bf16") || flags.Contains("amx_bf16"), Processor.Here.ComputesBFloat16);
        Assert.AreEqual(
            flags.Contains("avx512f") ? "X64 with AVX-512" : flags.Contains("avx2") ? "X64 with AVX2" : "X64 with SSE",
            Processor.Here.ToString());
    }
}
