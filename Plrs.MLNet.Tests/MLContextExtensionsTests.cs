using Microsoft.ML;

namespace Plrs.MLNet.Tests;

[TestClass]
public sealed class MLContextExtensionsTests
{
    [TestMethod]
    public void CancelExecutionStopsWhatRunsOnTheContextAndOnNoOther()
    {
        var mlContext = new MLContext();
        var other = new MLContext();
        Fit(mlContext);

        mlContext.CancelExecution();

        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(mlContext));
        Fit(other);
    }

    [TestMethod]
    public void NoContextIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentNullException>(() => MLContextExtensions.CancelExecution(null!));

        Assert.AreEqual("mlContext", error.ParamName);
    }

    // An estimator of ML.NET that asks between rows whether to go on.
    private static void Fit(MLContext mlContext) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(mlContext.Data.LoadFromEnumerable([new { Label = "a" }]));
}
