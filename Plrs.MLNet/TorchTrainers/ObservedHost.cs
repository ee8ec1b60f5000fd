using Microsoft.ML.Runtime;

namespace Plrs.MLNet.TorchTrainers;

/// <summary>
/// An ML.NET host that gets to see the <see cref="InnerTrainer"/> of every <c>Fit</c>: the delegate that <c>Fit</c> hands to its progress
/// channel closes over it. A <c>Fit</c> that shows none ends with an error where it asks whether to go on, before its first step. All else
/// is the host's.
/// </summary>
/// <param name="host">The host.</param>
/// <param name="found">Is told of the inner trainer, before its first step.</param>
/// <param name="notFound">The error for a <c>Fit</c> that shows none.</param>
internal sealed class ObservedHost(IHost host, Action<InnerTrainer> found, Func<Exception> notFound)
    : IHost, IHostEnvironmentInternal, ICancelable
{
    private readonly IHostEnvironmentInternal _environment = (IHostEnvironmentInternal)host;

    // The channel of the Fit that runs in this flow of execution: one trainer may be fitted by several at a time.
    private readonly AsyncLocal<ObservedChannel?> _fit = new();

    /// <summary>Asked before every epoch and every row.</summary>
    public bool IsCanceled
    {
        get
        {
            if (_fit.Value is { HasFound: false })
            {
                throw notFound();
            }

            return host is ICancelable { IsCanceled: true };
        }
    }

    public Random Rand => host.Rand;

    public int? Seed => _environment.Seed;

    public string TempFilePath
    {
        get => _environment.TempFilePath;
        set => _environment.TempFilePath = value;
    }

    public bool FallbackToCpu
    {
        get => _environment.FallbackToCpu;
        set => _environment.FallbackToCpu = value;
    }

    public int? GpuDeviceId
    {
        get => _environment.GpuDeviceId;
        set => _environment.GpuDeviceId = value;
    }

    public ComponentCatalog ComponentCatalog => host.ComponentCatalog;

    public string ContextDescription => host.ContextDescription;

    public IProgressChannel StartProgressChannel(string name) => _fit.Value = new ObservedChannel(this, host.StartProgressChannel(name));

    public IHost Register(string name, int? seed = null, bool? verbose = null) => host.Register(name, seed, verbose);

    public void CancelExecution() => (host as ICancelable)?.CancelExecution();

    public IChannel Start(string name) => host.Start(name);

    public IPipe<TMessage> StartPipe<TMessage>(string name) => host.StartPipe<TMessage>(name);

    public TException Process<TException>(TException ex)
        where TException : Exception => host.Process(ex);

    public bool TryAddOption<T>(string name, T value) => _environment.TryAddOption(name, value);

    public void SetOption<T>(string name, T value) => _environment.SetOption(name, value);

    public bool TryGetOption<T>(string name, out T value) => _environment.TryGetOption(name, out value);

    public T GetOptionOrDefault<T>(string name) => _environment.GetOptionOrDefault<T>(name);

    public bool RemoveOption(string name) => _environment.RemoveOption(name);

    private void Show(InnerTrainer? trainer) => found(trainer ?? throw notFound());

    private sealed class ObservedChannel(ObservedHost owner, IProgressChannel channel) : IProgressChannel
    {
        public bool HasFound { get; private set; }

        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
        {
            if (!HasFound)
            {
                owner.Show(InnerTrainer.Behind(fillAction));
                HasFound = true;
            }

            channel.SetHeader(header, fillAction);
        }

        public void Checkpoint(params double?[] values) => channel.Checkpoint(values);

        public IProgressChannel StartProgressChannel(string name) => channel.StartProgressChannel(name);

        public void Dispose()
        {
            owner._fit.Value = null;
            channel.Dispose();
        }
    }
}
