namespace Plrs.MLNet.Tests.Weights.Files;

/// <summary>
/// A random program of the pickle machine that makes sense up to its end: it takes what there is, and calls what can be called. A program
/// has a few kinds of instructions, again and again, so that what each costs adds up.
/// </summary>
internal sealed class PickleProgram
{
    // The kinds of values.
    private const int List = 0, Dictionary = 1, Tensor = 2, Other = 3;

    // Where what calls need is put away.
    private const byte Pairs = 0, Ordered = 1, OrderedArguments = 2, Rebuild = 3, TensorArguments = 4;
    private const byte StorageId = 5, Size = 6, SizeArguments = 7;
    private const int FirstFree = 8;
    private const int Steps = 8_000;

    public static readonly TorchFileStorage Storage = TorchFileStorage.Of("0", 1, 2, 3, 4);

    private readonly Random _random;
    private readonly Pickle _pickle;
    private readonly List<int> _stack = [];
    private readonly List<int> _marks = [];
    private readonly List<int> _memo = [.. Enumerable.Repeat(Other, FirstFree)];

    private PickleProgram(Random random, Pickle pickle) => (_random, _pickle) = (random, pickle);

    private int Base => _marks.Count > 0 ? _marks[^1] : 0;

    private int Free => _stack.Count - Base;

    /// <summary>A file of PyTorch's with such a program.</summary>
    public static byte[] File(int seed) => TorchFile.Zip(pickle => new PickleProgram(new Random(seed), pickle).Write(), Storage);

    private void Write()
    {
        Prepare();
        (Func<bool> May, Action Do)[] instructions = Instructions();
        _random.Shuffle(instructions);
        var few = instructions[..(1 + _random.Next(6))];
        for (var i = 0; i < Steps; i++)
        {
            var (may, act) = few[_random.Next(few.Length)];
            if (may())
            {
                act();
            }
        }

        while (_marks.Count > 0)
        {
            PopMark("1");
        }

        // The state: a tensor, and all that was put away, by name.
        _pickle.Raw("}(");
        _pickle.Text("weight");
        Call(Rebuild, TensorArguments, Tensor);
        foreach (var (number, kind) in _memo.Index().Where(entry => entry.Item is Dictionary or Tensor))
        {
            _pickle.Text($"{number}");
            Get(number);
        }

        _pickle.Raw("u");
    }

    /// <summary>Puts away what calls need, of a size of its own in each program.</summary>
    private void Prepare()
    {
        PutAway(Pairs, () =>
        {
            _pickle.Raw("](");
            for (var i = _random.Next(500); i > 0; i--)
            {
                _pickle.Raw("NN\u0086");
            }

            _pickle.Raw("e");
        });
        PutAway(Ordered, () => _pickle.Global("collections", "OrderedDict"));
        PutAway(OrderedArguments, () => _pickle.Raw("h\u0000\u0085"));
        PutAway(Rebuild, () => _pickle.Global("torch._utils", "_rebuild_tensor_v2"));
        PutAway(TensorArguments, () =>
        {
            long[] shape = [.. Enumerable.Repeat(1L, _random.Next(65))];
            _pickle.Raw("(");
            _pickle.Storage(Storage);
            _pickle.Number(_random.Next(4));
            _pickle.Numbers(shape);
            _pickle.Numbers(shape);
            _pickle.Raw("t");
        });
        PutAway(StorageId, () =>
        {
            _pickle.Raw("(");
            _pickle.Text("storage");
            _pickle.Global("torch", Storage.Type);
            _pickle.Text(Storage.Key);
            _pickle.Text("cpu");
            _pickle.Number(Storage.Count);
            _pickle.Raw("t");
        });
        PutAway(Size, () => _pickle.Global("torch", "Size"));
        PutAway(SizeArguments, () =>
        {
            _pickle.Numbers(1, 2, 3);
            _pickle.Raw("\u0085");
        });
    }

    private (Func<bool> May, Action Do)[] Instructions() =>
    [
        (Always, () => Call(Ordered, OrderedArguments, Dictionary)),
        (Always, () => Call(Rebuild, TensorArguments, Tensor)),
        (Always, () => Call(Size, SizeArguments, Other)),
        (Always, () => Push(Other, () => { Get(StorageId); _pickle.Raw("Q"); })),
        (Always, () => Push(Other, () => _pickle.Raw("N"))),
        (Always, () => Push(Other, () => _pickle.Raw("K\u0007"))),
        (Always, () => Push(Other, () => _pickle.Raw([0x8a, 16, .. new byte[15], 1]))),
        (Always, () => Push(Other, () => _pickle.Raw("G12345678"))),
        (Always, () => Push(Other, () => _pickle.Text(new string('é', _random.Next(40))))),
        (Always, () => Push(Other, () => _pickle.Raw(")"))),
        (Always, () => Push(List, () => _pickle.Raw("]"))),
        (Always, () => Push(Dictionary, () => _pickle.Raw("}"))),
        (Always, () => { _pickle.Raw("("); _marks.Add(_stack.Count); }),
        (Always, () => { var number = _random.Next(_memo.Count); Push(_memo[number], () => Get(number)); }),
        (() => Free > 0, () => Push(_stack[^1], () => _pickle.Raw("2"))),
        (() => Free > 0, () => { _pickle.Raw("0"); Drop(1); }),
        (() => Free > 0, () => { _pickle.Raw([0x94]); _memo.Add(_stack[^1]); }),
        (() => Free > 0, () => Push(Other, () => { _pickle.Raw([0x85]); Drop(1); })),
        (() => Free > 1, () => Push(Other, () => { _pickle.Raw([0x86]); Drop(2); })),
        (() => Free > 2, () => Push(Other, () => { _pickle.Raw([0x87]); Drop(3); })),
        (() => Free > 1 && _stack[^2] == List, () => { _pickle.Raw("a"); Drop(1); }),
        (() => Free > 2 && _stack[^3] == Dictionary, () => { _pickle.Raw("s"); Drop(2); }),
        (() => Free > 1 && _stack[^2] == Dictionary, () => { _pickle.Raw("b"); Drop(1); }),
        (() => _marks.Count > 0, () => Push(Other, () => PopMark("t"))),
        (() => _marks.Count > 0, () => Push(List, () => PopMark("l"))),
        (() => _marks.Count > 0 && Free % 2 == 0, () => Push(Dictionary, () => PopMark("d"))),
        (() => _marks.Count > 0, () => PopMark("1")),
        (() => UnderMark(List), () => PopMark("e")),
        (() => UnderMark(Dictionary) && Free % 2 == 0, () => PopMark("u")),
    ];

    private static bool Always() => true;

    // A value that fills what stands before the mark must belong to the mark before.
    private bool UnderMark(int kind) =>
        _marks.Count > 0 && Base > (_marks.Count > 1 ? _marks[^2] : 0) && _stack[Base - 1] == kind;

    private void Call(byte global, byte arguments, int made) => Push(made, () =>
    {
        Get(global);
        Get(arguments);
        _pickle.Raw("R");
    });

    private void Push(int kind, Action write)
    {
        write();
        _stack.Add(kind);
    }

    private void Drop(int count) => _stack.RemoveRange(_stack.Count - count, count);

    private void PopMark(string instruction)
    {
        _pickle.Raw(instruction);
        Drop(Free);
        _marks.RemoveAt(_marks.Count - 1);
    }

    private void Get(int number)
    {
        _pickle.Raw("j");
        _pickle.Raw(BitConverter.GetBytes(number));
    }

    private void PutAway(byte number, Action write)
    {
        write();
        _pickle.Raw([(byte)'q', number, (byte)'0']);
    }
}
