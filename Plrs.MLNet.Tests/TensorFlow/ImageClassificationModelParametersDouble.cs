using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using SkiaSharp;

namespace Plrs.MLNet.Tests.TensorFlow;

/// <summary>
/// The model of the trainers' doubles: a softmax regression on an image's mean colour. It remembers the rates it was trained with.
/// </summary>
public sealed class ImageClassificationModelParametersDouble : ModelParametersBase<VBuffer<float>>, IValueMapper
{
    private const int FeatureCount = 4;
    private readonly float[][] _weights;
    private readonly List<float> _learningRates = [];

    internal ImageClassificationModelParametersDouble(IHostEnvironment env, int classCount)
        : base(env, nameof(ImageClassificationModelParametersDouble)) =>
        _weights = [.. Enumerable.Range(0, classCount).Select(_ => new float[FeatureCount])];

    /// <summary>The learning rate of every update, in order.</summary>
    public IReadOnlyList<float> LearningRates => _learningRates;

    public IEnumerable<float> Weights => _weights.SelectMany(weights => weights);

    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    DataViewType IValueMapper.InputType { get; } = new VectorDataViewType(NumberDataViewType.Byte);

    DataViewType IValueMapper.OutputType => new VectorDataViewType(NumberDataViewType.Single, _weights.Length);

    /// <summary>The mean red, green and blue, from 0 to 1, and a 1 for the bias; null for bytes that are no image.</summary>
    internal static float[]? Featurize(in VBuffer<byte> encoded)
    {
        using var bitmap = encoded.Length == 0 ? null : SKBitmap.Decode([.. encoded.DenseValues()]);
        if (bitmap is null)
        {
            return null;
        }

        var pixels = bitmap.Pixels;
        return [
            (float)pixels.Average(pixel => pixel.Red) / 255,
            (float)pixels.Average(pixel => pixel.Green) / 255,
            (float)pixels.Average(pixel => pixel.Blue) / 255,
            1,
        ];
    }

    /// <summary>The images of a data set that can be read, with the keys of their classes, from 0.</summary>
    internal static List<Example> Featurize(IDataView data, string imageColumnName, string labelColumnName)
    {
        var examples = new List<Example>();
        var (labelColumn, imageColumn) = (data.Schema[labelColumnName], data.Schema[imageColumnName]);
        using var cursor = data.GetRowCursor([labelColumn, imageColumn]);
        var getLabel = cursor.GetGetter<uint>(labelColumn);
        var getImage = cursor.GetGetter<VBuffer<byte>>(imageColumn);
        var (label, image) = (0u, default(VBuffer<byte>));
        while (cursor.MoveNext())
        {
            getLabel(ref label);
            getImage(ref image);
            if (Featurize(image) is { } features)
            {
                examples.Add(new Example((int)label - 1, features));
            }
        }

        return examples;
    }

    internal bool IsRight(Example example) => TensorPrimitives.IndexOfMax<float>(Probabilities(example.Features)) == example.Label;

    /// <summary>One step of gradient descent on the batch's mean cross-entropy.</summary>
    internal void Descend(IReadOnlyCollection<Example> batch, float learningRate)
    {
        _learningRates.Add(learningRate);
        var errors = batch.Select(example => (example, probabilities: Probabilities(example.Features))).ToList();
        for (var i = 0; i < _weights.Length; i++)
        {
            foreach (var (example, probabilities) in errors)
            {
                var scale = -learningRate / batch.Count * (probabilities[i] - (example.Label == i ? 1 : 0));
                TensorPrimitives.MultiplyAdd(example.Features, scale, _weights[i], _weights[i]);
            }
        }
    }

    ValueMapper<TSource, TDestination> IValueMapper.GetMapper<TSource, TDestination>()
    {
        ValueMapper<VBuffer<byte>, VBuffer<float>> score = (in VBuffer<byte> image, ref VBuffer<float> scores) =>
            scores = new VBuffer<float>(_weights.Length, Probabilities(Featurize(image)!));
        return (ValueMapper<TSource, TDestination>)(Delegate)score;
    }

    private float[] Probabilities(float[] features)
    {
        var scores = Array.ConvertAll(_weights, weights => TensorPrimitives.Dot<float>(weights, features));
        TensorPrimitives.SoftMax<float>(scores, scores);
        return scores;
    }

    internal sealed record Example(int Label, float[] Features);
}
