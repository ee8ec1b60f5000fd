using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Plrs.MLNet.TorchTrainers;

/// <summary>An optimizer that leaves everything to another one, which it owns; what derives from it does some of it differently.</summary>
internal class DelegatingOptimizer(Optimizer optimizer) : Optimizer(IntPtr.Zero)
{
    public override IEnumerable<ILearningRateController> ParamGroups => optimizer.ParamGroups;

    public override IEnumerable<Parameter> parameters() => optimizer.parameters();

    public override void add_param_group(ParamGroup param_group) => optimizer.add_param_group(param_group);

    public override void zero_grad() => optimizer.zero_grad();

    public override Tensor? step(Func<Tensor>? closure = null) => optimizer.step(closure);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            optimizer.Dispose();
        }

        base.Dispose(disposing);
    }
}
