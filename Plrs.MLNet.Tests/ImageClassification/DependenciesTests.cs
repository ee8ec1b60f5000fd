using System.Reflection;
using System.Runtime.Loader;
using Microsoft.ML;
using Mono.Cecil;
using Plrs.MLNet.ImageClassification;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>The library beside an ML.NET or a TorchSharp of another version, in which one member has another name.</summary>
[TestClass]
public sealed class DependenciesTests
{
    [TestMethod]
    public void TheVersionsOfThisRepositoryFit() => Dependencies.Check();

    [TestMethod]
    [DataRow(
        "Microsoft.ML.Core",
        "Microsoft.ML.ModelSaveContext",
        "SetVersionInfo",
        "Microsoft.ML 9.9.9 and TorchSharp 0.107.0",
        DisplayName = "called when a model is saved")]
    [DataRow(
        "Microsoft.ML.Data",
        "Microsoft.ML.Trainers.ModelParametersBase`1",
        "SaveCore",
        "Microsoft.ML 6.0.0 and TorchSharp 0.107.0",
        DisplayName = "overridden")]
    [DataRow(
        "TorchSharp",
        "TorchSharp.torch",
        "NewDisposeScope",
        "Microsoft.ML 6.0.0 and TorchSharp 9.9.9",
        DisplayName = "called when a network is trained")]
    public void AnotherVersionIsRefusedWhenTheTrainerIsMade(string assembly, string type, string method, string found)
    {
        using var other = new OtherVersion(assembly, type, method);

        var error = Assert.ThrowsExactly<NotSupportedException>(other.MakeTrainer);

        StringAssert.StartsWith(
            error.Message,
            $"{found} do not fit this version of Plrs.MLNet, which works with Microsoft.ML [6.0.0, 7.0.0) and TorchSharp 0.107.0. ");
        StringAssert.Contains(error.Message, method);
    }

    [TestMethod]
    public void WhatTheLibraryDoesNotUseMayChange()
    {
        using var other = new OtherVersion("Microsoft.ML.Core", "Microsoft.ML.Runtime.ComponentCatalog", "NoSuchMethod");

        other.MakeTrainer();
    }

    /// <summary>All assemblies of this program once more, as of another version, and one of them with a method renamed.</summary>
    private sealed class OtherVersion(string assembly, string type, string method) : AssemblyLoadContext(isCollectible: true), IDisposable
    {
        public void MakeTrainer()
        {
            var context = Type("Microsoft.ML.Data", typeof(MLContext).FullName!).GetConstructors().Single().Invoke([null]);
            dynamic trainers = ((dynamic)context).MulticlassClassification.Trainers;
            var options = Activator.CreateInstance(Type("Plrs.MLNet", typeof(TorchImageClassificationTrainer.Options).FullName!))!;
            var create = Type("Plrs.MLNet", typeof(TorchCatalog).FullName!).GetMethods()
                .Single(candidate => candidate.GetParameters().Length == 2);
            create.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [(object)trainers, options], null);
        }

        public void Dispose() => Unload();

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var path = Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll");
            return !File.Exists(path) ? null : assemblyName.Name == assembly ? LoadFromStream(Changed(path)) : LoadFromAssemblyPath(path);
        }

        private MemoryStream Changed(string path)
        {
            using var definition = AssemblyDefinition.ReadAssembly(path);
            foreach (var found in definition.MainModule.GetType(type).Methods.Where(found => found.Name == method))
            {
                found.Name = $"{method}OfAnotherVersion";
            }

            var version = definition.CustomAttributes.Single(
                attribute => attribute.AttributeType.Name == nameof(AssemblyInformationalVersionAttribute));
            version.ConstructorArguments[0] = new CustomAttributeArgument(version.ConstructorArguments[0].Type, "9.9.9+0123456");
            var stream = new MemoryStream();
            definition.Write(stream);
            stream.Position = 0;
            return stream;
        }

        private Type Type(string name, string type) => LoadFromAssemblyName(new AssemblyName(name)).GetType(type, throwOnError: true)!;
    }
}
