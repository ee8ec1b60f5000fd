using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Plrs.MLNet.Torch;

/// <summary>What the processor's instructions are, as far as the results and the speed of training depend on it.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Vectors">The widest vector instructions.</param>
/// <param name="ComputesBFloat16">Whether it computes with bfloat16; <see langword="null"/> where that is not known.</param>
internal sealed record Processor(Architecture Architecture, string Vectors, bool? ComputesBFloat16)
{
    private const int AmxBFloat16Bit = 22;
    private const int Avx512BFloat16Bit = 5;

    /// <summary>The one that this program runs on.</summary>
    public static Processor Here { get; } = Detect();

    /// <summary>Whether an x86 processor computes with bfloat16: by AVX512-BF16 or AMX.</summary>
    /// <param name="hasAvx512">Whether it has AVX-512, and the system uses it.</param>
    /// <param name="leaf7Edx">What CPUID says in EDX for leaf 7.</param>
    /// <param name="leaf7Subleaf1Eax">What it says in EAX for leaf 7, subleaf 1.</param>
    public static bool OfX86(bool hasAvx512, int leaf7Edx, int leaf7Subleaf1Eax) =>
        hasAvx512 && (((leaf7Edx >> AmxBFloat16Bit) & 1) != 0 || ((leaf7Subleaf1Eax >> Avx512BFloat16Bit) & 1) != 0);

    /// <summary>Whether an Arm processor computes with bfloat16.</summary>
    /// <param name="cpuInfo">The lines of Linux's <c>/proc/cpuinfo</c>.</param>
    /// <returns><see langword="null"/> where the lines do not say.</returns>
    public static bool? OfArm(IEnumerable<string> cpuInfo) =>
        cpuInfo.FirstOrDefault(line => line.StartsWith("Features", StringComparison.Ordinal)) is { } features
            ? features.Split(' ', '\t').Contains("bf16")
            : null;

    /// <summary>For example "X64 with AVX-512".</summary>
    public override string ToString() => $"{Architecture} with {Vectors}";

    private static Processor Detect()
    {
        var architecture = RuntimeInformation.ProcessArchitecture;
        if (X86Base.IsSupported)
        {
            // Who has AVX-512 has leaf 7; a subleaf that is not there is all zeros.
            var hasAvx512 = Avx512F.IsSupported;
            var computes = hasAvx512 && OfX86(hasAvx512, X86Base.CpuId(7, 0).Edx, X86Base.CpuId(7, 1).Eax);
            return new Processor(architecture, hasAvx512 ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "SSE", computes);
        }

        return ArmBase.IsSupported
            ? new Processor(architecture, "NEON", OfArm(CpuInfo()))
            : new Processor(architecture, "unknown vectors", ComputesBFloat16: null);
    }

    private static string[] CpuInfo()
    {
        try
        {
            return File.ReadAllLines("/proc/cpuinfo");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
