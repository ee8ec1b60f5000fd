using System.Security.Cryptography;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Plrs.MLNet.Build;

/// <summary>
/// Repairs Microsoft.ML.TorchSharp.dll of the packages 0.24.0 and 0.23.1, which were built against TorchSharp 0.102.7 and cannot train with
/// a later one (dotnet/machinelearning 7350), in two places.
/// </summary>
/// <remarks>
/// Its <c>ModelUtils.Init*</c> dispose of the tensor that an <c>init.*_</c> call returns, which since TorchSharp 0.104 is the weight
/// itself: here they let it be. And it calls <c>functional.interpolate</c> without the argument <c>antialias</c>, which that has had since
/// 0.105.1: here it calls a method of its own that adds it, with TorchSharp's default, false.
/// </remarks>
public static class MLNetTorchSharpAssembly
{
    /// <summary>The package.</summary>
    public const string Package = "Microsoft.ML.TorchSharp";

    /// <summary>The newest version of the package whose assembly can be repaired.</summary>
    public const string NewestVersion = "0.24.0";

    // lib/net8.0
    private static readonly Dictionary<string, string> VersionsBySha256 = new()
    {
        ["AA3EF55B0C9B771852641D1BCE1B9F34DCBF8FF28AECEC876760358EE56A89E7"] = NewestVersion,
        ["F48E2CF503E9FB77A27463CA5760BF44A40C5E3254F5D1F0452BE35F670442C1"] = "0.23.1",
    };

    /// <summary>The versions of the package whose assembly can be repaired, the newest first.</summary>
    public static IReadOnlyList<string> Versions { get; } = [.. VersionsBySha256.Values];

    /// <summary>The version of the package that these bytes are the assembly of, untouched.</summary>
    /// <param name="image">The bytes of an assembly.</param>
    /// <returns>The version; <see langword="null"/> for bytes that <see cref="Repair"/> must not be given.</returns>
    public static string? VersionOf(ReadOnlySpan<byte> image) =>
        VersionsBySha256.GetValueOrDefault(Convert.ToHexString(SHA256.HashData(image)));

    /// <summary>
    /// A copy that works with TorchSharp 0.107. Its strong name is kept, but not signed anew, which .NET does not ask for.
    /// </summary>
    /// <param name="image">The bytes of one that <see cref="VersionOf"/> knows.</param>
    /// <returns>The bytes of the repaired one, the same every time.</returns>
    public static byte[] Repair(byte[] image)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(new MemoryStream(image, writable: false));
        var module = assembly.MainModule;
        var utilities = module.GetType("Microsoft.ML.TorchSharp.Utils.ModelUtils");
        foreach (var method in utilities.Methods.Where(method => method.Name.StartsWith("Init", StringComparison.Ordinal)))
        {
            Calls(method, nameof(IDisposable.Dispose)).Single().OpCode = OpCodes.Pop;
        }

        var calls = module.GetTypes().SelectMany(type => type.Methods).SelectMany(method => Calls(method, "interpolate")).ToList();
        var interpolate = WithLastArgument((MethodReference)calls[0].Operand, module);
        utilities.Methods.Add(interpolate);
        calls.ForEach(call => call.Operand = interpolate);

        module.Attributes &= ~ModuleAttributes.StrongNameSigned;
        var repaired = new MemoryStream();
        assembly.Write(repaired);
        return repaired.ToArray();
    }

    private static IEnumerable<Instruction> Calls(MethodDefinition method, string name) => method.HasBody
        ? method.Body.Instructions.Where(instruction => instruction.Operand is MethodReference called && called.Name == name)
        : [];

    /// <summary>A method with the old parameters that calls the new method, which has one Boolean more.</summary>
    private static MethodDefinition WithLastArgument(MethodReference old, ModuleDefinition module)
    {
        var called = new MethodReference(old.Name, old.ReturnType, old.DeclaringType);
        var method = new MethodDefinition(
            "Interpolate", MethodAttributes.Assembly | MethodAttributes.Static | MethodAttributes.HideBySig, old.ReturnType);
        var code = method.Body.GetILProcessor();
        foreach (var parameter in old.Parameters)
        {
            called.Parameters.Add(new ParameterDefinition(parameter.ParameterType));
            var own = new ParameterDefinition(parameter.ParameterType);
            method.Parameters.Add(own);
            code.Emit(OpCodes.Ldarg, own);
        }

        called.Parameters.Add(new ParameterDefinition(module.TypeSystem.Boolean));
        code.Emit(OpCodes.Ldc_I4_0);
        code.Emit(OpCodes.Call, called);
        code.Emit(OpCodes.Ret);
        return method;
    }
}
