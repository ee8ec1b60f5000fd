using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using Plrs.MLNet.Tests.TensorFlow;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.TorchTrainers;

/// <summary>
/// A double of the trainers of Microsoft.ML.TorchSharp 0.23, the text trainers' shape: options that derive from
/// <see cref="TransformInputBase"/> and get the number of classes in <c>Fit</c>; an internal constructor; an inner trainer, made in
/// <c>Fit</c>, that a progress channel's delegate closes over, with an optimizer behind a wrapper that it steps, which hides the base's
/// field, and a OneCycleLR that is stepped after each step. It trains a softmax regression on the images' mean colours, with the rates that
/// it finds in the optimizer.
/// </summary>
[SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "The originals' are fields.")]
public sealed class TorchTrainerDouble : IEstimator<MulticlassPredictionTransformer<ImageClassificationModelParametersDouble>>
{
    private readonly IHost _host;

    internal TorchTrainerDouble(IHostEnvironment env, Options options)
    {
        _host = env.Register(nameof(TorchTrainerDouble));
        Option = options;
    }

    /// <summary>What the delegate of the progress channel closes over: the originals' is the inner trainer.</summary>
    public enum Closure
    {
        InnerTrainer,
        SomethingElse,
        NoDelegate,
    }

    internal Options Option { get; }

    /// <summary>The trainer's own host, for tests that ask what it knows.</summary>
    internal IHostEnvironmentInternal OwnHost => (IHostEnvironmentInternal)_host;

    public MulticlassPredictionTransformer<ImageClassificationModelParametersDouble> Fit(IDataView input)
    {
        _host.Check(input.Schema.GetColumnOrNull(Option.LabelColumnName) is not null, "There is no label column.");
        using var channel = _host.Start("TrainModel");
        using var progress = _host.StartProgressChannel("Training model");
        var trainer = new Trainer(this, input);
        var header = new ProgressHeader(["Accuracy"], null);
        switch (Option.Closure)
        {
            case Closure.InnerTrainer:
                progress.SetHeader(header, entry => entry.SetMetric(0, trainer.Updates));
                break;
            case Closure.SomethingElse:
                progress.SetHeader(header, Report);
                break;
        }

        for (var epoch = 0; epoch < Option.MaxEpoch; epoch++)
        {
            _host.CheckAlive();
            Option.AtEpoch?.Invoke(epoch);
            trainer.Train();
        }

        ((TrainerBase)trainer).Optimizer.Dispose();
        return new(_host, trainer.Model, input.Schema, Option.FeatureColumnName, Option.LabelColumnName);
    }

    private void Report(IProgressEntry entry) => entry.SetMetric(0, Option.MaxEpoch);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var keyValues = new SchemaShape.Column(
            AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);
        return new SchemaShape(
        [
            .. inputSchema,
            new SchemaShape.Column(DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false),
            new SchemaShape.Column(
                DefaultColumnNames.PredictedLabel,
                SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.UInt32,
                true,
                new SchemaShape([keyValues])),
        ]);
    }

    public sealed class Options : TransformInputBase
    {
        public string LabelColumnName = DefaultColumnNames.Label;
        public string FeatureColumnName = "Image";
        public int BatchSize = 4;
        public int MaxEpoch = 2;
        public IReadOnlyList<double> AdamBetas = [0.8, 0.95];
        public List<double> LearningRate = [5];
        internal int NumberOfClasses;

        // What the originals do not have: how the double differs from them, and what a test does before an epoch.
        internal Closure Closure;
        internal Action<int>? AtEpoch;
    }

    /// <summary>The wrapper of the optimizer.</summary>
    private sealed class OptimizerWrapper(Options options, Parameter weight)
    {
        public optim.Optimizer Optimizer { get; private set; } = optim.Adam(
            [weight], options.LearningRate[0], options.AdamBetas[0], options.AdamBetas[1]);

        public double LearningRate => Optimizer.ParamGroups.Single().LearningRate;

        public void Step() => Optimizer.step();
    }

    private abstract class TrainerBase
    {
        public optim.Optimizer Optimizer = null!;
        public optim.lr_scheduler.LRScheduler LearningRateScheduler = null!;
        public int TrainingRowCount;
        public int Updates;
    }

    private sealed class Trainer : TrainerBase
    {
        public readonly ImageClassificationModelParametersDouble Model;
        public new OptimizerWrapper Optimizer;
        private readonly Options _options;
        private readonly List<ImageClassificationModelParametersDouble.Example> _examples;

        public Trainer(TorchTrainerDouble parent, IDataView input)
        {
            _options = parent.Option;
            _options.NumberOfClasses = (int)input.Schema[_options.LabelColumnName].Type.GetKeyCount();
            _examples = ImageClassificationModelParametersDouble.Featurize(input, _options.FeatureColumnName, _options.LabelColumnName);
            TrainingRowCount = _examples.Count;
            Model = new ImageClassificationModelParametersDouble(parent._host, _options.NumberOfClasses);
            Optimizer = new OptimizerWrapper(_options, nn.Parameter(zeros(1)));
            base.Optimizer = Optimizer.Optimizer;
            LearningRateScheduler = optim.lr_scheduler.OneCycleLR(
                Optimizer.Optimizer,
                _options.LearningRate[0],
                total_steps: ((TrainingRowCount / _options.BatchSize) + 1) * _options.MaxEpoch);
        }

        public void Train()
        {
            foreach (var batch in _examples.Chunk(_options.BatchSize))
            {
                Updates++;
                Optimizer.Step();
                Model.Descend(batch, (float)Optimizer.LearningRate);
                LearningRateScheduler.step();
            }
        }
    }
}
