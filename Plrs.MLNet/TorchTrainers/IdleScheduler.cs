using static TorchSharp.torch.optim.lr_scheduler;

namespace Plrs.MLNet.TorchTrainers;

/// <summary>A scheduler that leaves the rates, and the betas, as they are.</summary>
internal sealed class IdleScheduler : LRScheduler
{
    public override void step(int? epoch)
    {
    }
}
