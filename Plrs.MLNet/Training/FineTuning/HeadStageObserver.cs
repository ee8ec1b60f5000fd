namespace Plrs.MLNet.Training;

/// <summary>Tells of the stage in which a head is trained before the steps on images, and how good the head is then.</summary>
/// <param name="told">Whom.</param>
/// <param name="data">The images whose features the head is trained and validated on.</param>
internal sealed class HeadStageObserver(IReadOnlyList<ITrainingObserver> told, TrainingData data) : TrainingObserver
{
    private EpochDone? _last;

    public override void OnStarting(SessionStarting starting) => told.Tell(TrainingStage.TrainingHead, 0, starting.Session.Settings.Epochs);

    public override void OnEpochDone(EpochDone done)
    {
        _last = done;
        told.Tell(TrainingStage.TrainingHead, done.Session.State.Epoch, done.Session.Settings.Epochs);
    }

    public override void OnCompleted(SessionCompleted completed)
    {
        // A head that was stopped is not trained, and its last steps are not validated.
        if (_last is not null && completed.Session.State.Epoch == completed.Session.Settings.Epochs)
        {
            var head = new HeadTrained
            {
                Training = _last.Train,
                Validation = _last.Validation,
                TrainingImages = data.TrainImages.Length,
                ValidationImages = data.ValidationImages.Length,
            };
            foreach (var observer in told)
            {
                observer.OnHeadTrained(head);
            }
        }
    }
}
