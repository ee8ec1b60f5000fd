using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Benchmarks.Decoding;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Plrs.MLNet.Benchmarks.Parity;

/// <summary>The features of ML.NET's package of a ResNet-18, by its own two ONNX files and by the library's network, on photos.</summary>
internal static class PackageCheck
{
    private const int Size = 224;

    public static int Run(string path)
    {
        var folder = new ImageFolder(path, Size);
        var photos = EncodedImage.FromFolder(folder);
        using var preparation = new InferenceSession(
            Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNetPrepOnnx", "ResNetPreprocess.onnx"));
        using var package = new InferenceSession(ResNet18Package.FilePath);
        var graph = Network.MLNetResNet18.CreateGraph(classCount: 2, Size);
        using var network = new GraphModule(graph, seed: 1);
        NetworkWeights.CopyTo(network, ResNet18Package.Read(ResNet18Package.FilePath, graph));
        network.eval();
        using var decoder = new ImageDecoder(folder.Decoding);
        var pixels = new byte[ImageDecoder.DecodedBytes(Size)];
        var (exact, withMeanColor) = (0f, 0.0);
        foreach (var photo in photos)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            DecoderRun.Decode(decoder, photo.Image, pixels);
            var rgb = Array.ConvertAll(pixels, pixel => (float)pixel);
            var prepared = Run(preparation, rgb);
            var expected = Run(package, prepared);

            // The library's network takes red first, and values over the standard deviations.
            var deviation = tensor(ResNet18Package.Input.StandardDeviation.ToArray()).view(1, 3, 1, 1) * 255;
            exact = Math.Max(exact, Difference(tensor(prepared).view(1, 3, Size, Size).flip(1) / deviation).Max());
            var mean = tensor(ResNet18Package.Input.Mean.ToArray()).view(1, 3, 1, 1) * 255;
            withMeanColor += Difference((tensor(rgb).view(1, 3, Size, Size) - mean) / deviation).Average();

            float[] Difference(Tensor images) =>
                [.. network.Features(images).data<float>().ToArray().Zip(expected, (a, b) => Math.Abs(a - b))];
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{photos.Count} photos: features differ by at most {exact:G2} with the package's mean image, " +
            $"and by {withMeanColor / photos.Count:G2} on average with its mean colour"));
        return 0;
    }

    private static float[] Run(InferenceSession session, float[] values)
    {
        using var results = session.Run(
            [NamedOnnxValue.CreateFromTensor(
                session.InputNames[0], new DenseTensor<float>(values, [1, ImageDecoder.Channels, Size, Size]))]);
        return [.. results[0].AsEnumerable<float>()];
    }
}
