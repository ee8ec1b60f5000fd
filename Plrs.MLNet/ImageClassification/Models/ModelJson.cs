using System.Text.Json.Serialization;

namespace Plrs.MLNet.ImageClassification;

/// <summary>What a model keeps as JSON beside its record. It is read without reflection, which a trimmed program does not have.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelPart[]))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(float[]))]
internal sealed partial class ModelJson : JsonSerializerContext;
