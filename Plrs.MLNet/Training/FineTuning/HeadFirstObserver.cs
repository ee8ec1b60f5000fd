namespace Plrs.MLNet.Training;

/// <summary>
/// Trains a network's head before the first step of a session, which then has a model whenever it is stopped. It comes after the
/// checkpoints: a session that goes on from one has a trained head.
/// </summary>
internal sealed class HeadFirstObserver(Action trainHead) : TrainingObserver
{
    public override void OnStarting(SessionStarting starting)
    {
        if (starting.Session.State.Steps == 0)
        {
            trainHead();
            starting.Session.State.IsModel = true;
        }
    }
}
