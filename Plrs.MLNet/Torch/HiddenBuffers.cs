using System.Runtime.CompilerServices;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>The buffers of a module that are not persistent, which TorchSharp lists nowhere.</summary>
internal static class HiddenBuffers
{
    /// <summary>Those of a module and of all modules in it, with their names.</summary>
    public static IEnumerable<(string Name, Tensor Buffer)> Of(nn.Module network) =>
        from module in network.named_modules().Prepend((name: "", module: network))
        from entry in (IEnumerable<(string Name, (Tensor Values, bool IsPersistent) Buffer)>)Buffers(module.module)
        where !entry.Buffer.IsPersistent
        select (module.name.Length == 0 ? entry.Name : $"{module.name}.{entry.Name}", entry.Buffer.Values);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    private static extern ref OrderedDict<string, (Tensor, bool)> Buffers(nn.Module module);
}
