namespace Plrs.MLNet.Tests.Documentation;

/// <summary>
/// What the pages take for granted: namespaces, where a snippet has no usings, and variables, which a snippet's own ones hide.
/// </summary>
internal static class Given
{
    /// <summary>The variable that has a snippet's own ones when it has been run.</summary>
    public const string Made = "madeByTheSnippet";

    public static string Code(bool withUsings) => "global using static Given;\n" + (withUsings ? Usings : "") + Variables;

    private const string Usings = """
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.ML;
        global using Microsoft.ML.Data;
        global using Microsoft.ML.TorchSharp;
        global using Microsoft.ML.Transforms;
        global using Microsoft.ML.Transforms.Image;
        global using Microsoft.ML.Vision;
        global using Plrs.MLNet;
        global using Plrs.MLNet.Networks;
        global using Plrs.MLNet.Records;
        global using Plrs.MLNet.Schedules;
        global using Plrs.MLNet.TensorFlow;
        global using Plrs.MLNet.Torch;
        global using TorchSharp;

        """;

    private const string Variables = $$"""
        internal static class Given
        {
            public static Microsoft.ML.MLContext mlContext = new(seed: 1);
            public static string imageFolder = "";
            public static string folder = "";
            public static byte[] bytes = [];
            public static Microsoft.ML.IDataView images = null!;
            public static Microsoft.ML.IDataView data = null!;
            public static Microsoft.ML.Data.EstimatorChain<Microsoft.ML.Transforms.KeyToValueMappingTransformer> pipeline = null!;
            public static Microsoft.ML.IEstimator<Microsoft.ML.ITransformer> preprocessing = null!;
            public static Plrs.MLNet.TorchImageClassificationTrainer trainer = null!;
            public static Microsoft.ML.ITransformer model = null!;
            public static Plrs.MLNet.TorchImageClassificationTrainer.Options options = new();
            public static TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor> network = null!;
            public static TorchSharp.torch.optim.Optimizer optimizer = null!;
            public static System.Collections.Generic.List<TorchSharp.torch.Tensor> batches = [];
            public static readonly System.Collections.Generic.Dictionary<string, object> {{Made}} = [];

            public static TorchSharp.torch.Tensor NextBatch() => batches[next++ % batches.Count];

            public static TorchSharp.torch.Tensor Loss(
                TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor> network, TorchSharp.torch.Tensor batch) =>
                (network.forward(batch.narrow(1, 0, 3)) - batch.narrow(1, 3, 1)).square().mean();

            private static int next;
        }
        """;
}
