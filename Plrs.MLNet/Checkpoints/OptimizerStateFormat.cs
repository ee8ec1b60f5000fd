using Plrs.MLNet.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Checkpoints;

/// <summary>
/// What an optimizer remembers from step to step, as bytes, parameter by parameter. TorchSharp's own format is not used: it
/// needs tensors that are contiguous, and believes the sizes that a file claims.
/// </summary>
internal static class OptimizerStateFormat
{
    public static void Write(BinaryWriter writer, optim.Optimizer optimizer)
    {
        foreach (var (_, state) in States(optimizer))
        {
            switch (state)
            {
                case SGD.State sgd:
                    writer.Write(sgd.momentum_buffer is not null);
                    if (sgd.momentum_buffer is not null)
                    {
                        TensorBytes.Write(writer, sgd.momentum_buffer);
                    }

                    break;
                case Adam.State adam:
                    WriteMoments(writer, adam.step, adam.exp_avg, adam.exp_avg_sq);
                    break;
                case AdamW.State adamW:
                    WriteMoments(writer, adamW.step, adamW.exp_avg, adamW.exp_avg_sq);
                    break;
                default:
                    throw Unknown(state);
            }
        }
    }

    /// <summary>Gives an optimizer the state that one of the same kind and settings had.</summary>
    public static void Read(BinaryReader reader, optim.Optimizer optimizer)
    {
        foreach (var (parameter, state) in States(optimizer))
        {
            switch (state)
            {
                case SGD.State sgd:
                    sgd.momentum_buffer?.Dispose();
                    sgd.momentum_buffer = null;
                    if (reader.ReadBoolean())
                    {
                        sgd.momentum_buffer = empty_like(parameter, requires_grad: false).DetachFromDisposeScope();
                        TensorBytes.Read(reader, sgd.momentum_buffer);
                    }

                    break;
                case Adam.State adam:
                    adam.step = ReadMoments(reader, adam.exp_avg, adam.exp_avg_sq);
                    break;
                case AdamW.State adamW:
                    adamW.step = ReadMoments(reader, adamW.exp_avg, adamW.exp_avg_sq);
                    break;
                default:
                    throw Unknown(state);
            }
        }
    }

    private static void WriteMoments(BinaryWriter writer, long step, Tensor first, Tensor second)
    {
        writer.Write(step);
        TensorBytes.Write(writer, first);
        TensorBytes.Write(writer, second);
    }

    private static long ReadMoments(BinaryReader reader, Tensor first, Tensor second)
    {
        var step = reader.ReadInt64();
        TensorBytes.Read(reader, first);
        TensorBytes.Read(reader, second);
        return step;
    }

    private static IEnumerable<(Parameter Parameter, OptimizerState State)> States(optim.Optimizer optimizer) =>
        optimizer.parameters().Zip(((OptimizerHelper)optimizer).state_dict().State);

    private static NotSupportedException Unknown(OptimizerState state) => new($"Checkpoints do not know the optimizer state {state.GetType()}.");
}
