using System.IO.Compression;

namespace Plrs.MLNet.Tests.Weights.Files;

/// <summary>
/// Two files that PyTorch 1.13 wrote, packed: <c>torch.save(content, path)</c> and the same with
/// <c>_use_new_zipfile_serialization=False</c>, of <c>{"epoch": 12, "best": 0.75, "arch": "net", "done": True, "none": None, "list": [1,
/// 2**40, (3,)], "size": torch.Size([1, 2]), "dtype": torch.float16, "state_dict": state}</c>. The state, an ordered dictionary with
/// <c>_metadata</c>, has views, an expanded tensor, tensors of many types, a parameter and a tensor tied to it: see
/// <see cref="PyTorchFileTests"/>.
/// </summary>
internal static class PyTorchFiles
{
    private const string PackedZip = """
        eNqlVs1XG1UUn3wQkgEBC9bWakWtmtgWCOHLinyMOK1Oa8PQ1ojWMMk8mJSQyc28oKiccuoJoi70uPFj4elKXbrUXY7rbvR4XLnoRo//Rb3vvSFmhgJHGLiZmTfv9zH3vX
        uTtBYKS1I0Ku04uqQjklHJW4VV0m8a1OgrLxdVpUOa9xwbwXWQ4pkWBJCynbcgoLVnkFHKEYdC8PzkP4KNjzE6CGVCeFkiFMJ80LRLBFq2+HWJXUde49fFAhK0XodoXAt8
        EuEkAS1Ugxjhj53CewTkPLWRU57DGxnatIAW3IT2GjygQwf3ZNK1MoFOd9pi0TZockSGrozMKKhBSdYs5Ck8mM/bxSLJ04JdcuTLFZNUiDmDT2Q4ktChO55hDt4hhSWLQo
        +g68tWaaHoyNkKyVULRTNLScmxK9nVQRkeisczrVzCrhhLBI66DlTmYE4MyvBwJoBzBuAYT0m+XIXj2jEKj8xqEfzDVzmBbxTZhEc/tpiLxyic1OHxDFss8m7ZKJnEhF4L
        tayjluBKwhPWcS1A4clZTWLZekqTanBK4J+m8IwOz/L0WUZxEeIC63q7gEMNawlONwjPIV2IwmmX7owWqMFZQddHoV+HAW4n56YWkh5KRRXDDdpBTpuClKAdcmmHGe2IoB
        2lMKbD8zzhpl3NFQmc85DO8MEG5QuccgjGkTJI4UVGGazBBKOcFJRTFKZ1UDIxnFg2KsYKoaQCL+2yjI0ZMsx4kjsML6NGmILKNdgCncdTYBMuCJ1XKLyqg7bFby5+BJd0
        EHuZFnClLm+TWS5NukEzK2h0QTNH4YoOVzPdrCKqK9mcQfMWcbK0YuSXkeiaJx0X7dJSIxmvc6MjkBG74A1USCQE6zyFN3V4i5dFbo0SB6571wrHGjxvc55RyIqkLrhJNV
        hSc4IPq8bUgYjSXynTNVj0ZGsMlhAsUbAYGJd5EwpaiL3mDUGwTKGow0p1HUp8ZbKYdIN1GrD583KG1TzAOlR4La2SioPlCY4WcBwnV+1La61RLXna/gBTzCK9ay/rkKKe
        XtY/oCph3snE841J/JjCf4wNjNsYdYy7GNI09kKMXowBjCmMNMYCRhljA2ML43OMrzBuY/yA8SPGT9PM463pP0sLSMRiL4+nvB6TqtLr67Y7D+aRaSys/B1jOy28j8aUV2
        NQVcb31dhTf0Kq33ufOfjF/OwGq9nIPg4mvA5SqnLuEA7qk1I9d5Ppb+VrtQPoDx1O/5uv2fHzpEtfZ05u/hW71MW/Qfd2MuR1MqwqA//biX/vMv0rPd9/egD9kYPoJ1w2
        ptvz3YkPmVB0H91xr+6oqowdeAUC95hy6k69GkTuYENZuq+y4lUeU5WJQ+3++fnd37NT6m6oua1LVTr9cimZ+f/126Wr//kPsFODs7nDde1Q8f9C86Obe0+HB3knLPl6oh
        /b3FO82HKLD5v0Y5u7gRf7ux876Mc2V7IXey3iw6b82Oba82L/8GOH/NjmuvFiF1p92GE/tnnve7F3/dgRP7Z593qx7LeVt1a2sfff383Hb37smF+3edd1erBTMcm/d9Na
        JHLGfXwydLYxtc13/lLYk76IbTeGCPvylhLt4j7Ax1oiAtPG54u5/wIXl9Ct
        """;

    private const string PackedOld = """
        eNp1lFtz20QUxyXZcRLR0kChJFzD3eYSZEf4wqVxSkgL6iVRuIhLUGVpE6lVJB9pXQhMBr84DX3ikTI89LGPPMKbP0of4SMww0w5uyubWDOV/be1u2d+5+w5e7av3FLDf3
        9b/2fx2t2NhaW+cunvAv4egFS25iRJ6iYxjd04tG+QJA3iCGQ0sE7iShhQGhKbRF7gRKAcWSpO0v0usdPge5JC4QCKZWsKJ1M/TihMGYpVwFEQUSgZRavIGHG0C9NGsdcb
        +WT2pBu7PsjGCW7TISkF5fzKXxJ/+JyToEGB4yJCQcC8OCIwdcTfI/ZeuiycBAiY3oaZsiHfKnGIbBQGMEv4MosWVJfGyFS3cKDCQ4ZsKIdwYgAnTXiYx+SxncGpzGwnjB
        1araswx3edUocS2wtcCo+4mKyQuBRzlapXEo8kxFvDFRUerZhwumyxCL4lwa5P4TGBW7J7NAhT1U5IpxeEnk1JlMaJfaOmwuPlsjXNXcSJs0vgTBbBOotgS0yq8AQPo6ot
        1xt1TWtqMM9z43Z7sGDMX6bw5KZRwg9u6incW+kQnv7JZ/E8Q+FZE56zZljav+s6kUc8WPTRq3/GH1Ebel1rtJo6PO8vGDLSXtg0JJbBFw1pAC8J0ssUXjHhVZ5S3wl3oC
        woWbwXcGocbiUDV2vNWqvRqMNrCC4g+PUM/IYhD+BNAV6i8JYJGg+xkyUeqhPwc+tieuyg9r+DZa2xXIflzIGeOXibOagLBw0KTRNavDBe3OuEBN6ZwK/xyTH83ePRVxH+
        HsIVhL/P4MoAzjL4ioC3KayacM6aZb3kJM4eoSSBDx5Q+LGFCmu5IrCtVPVGDT5Eb0X0ts69sZKexz/5EC4Ijx9R+NgE44gPLt6ESyaIPqAB1vbKg7AbGXZzjDUFdktgP6
        HwqQmfWadZd/X27I5DXZ+kNk0c9zqCP59I2UVs7HHCrNE5aulaS2824YvsHH2JvioVwf+KwtcmbPNm6+xTvEC+mawxzo2J9nFiC0twNSuBk5Wgw0rgCrJHgZiwI66WvS7d
        h938AW/pVb2ma+AjRkJMwDB4UA7hmlFgSbguUCGFPROi3gHEvKI2FsvxHOpAl6+DxW4XSA4g5V07ujSpIadp2mG33Da75XIHSM73g5I/v4V8uYr5jp/KN2spn/XpfNJm8t
        ufJUuKuGWlX2+z58+VbDgsZC/SWWl4/4fRaLgiDTs/FkdrUp/Zt/GL6rfnpePP5Jok3UENUfdQ0qokzaEWURqqjdpAXUV1UX3UEepn1C+oO6i7qN9Rf6zKYx/32qP3SvY/
        2o98f2TzH6RoxD0=
        """;

    public static byte[] Zip { get; } = Unpack(PackedZip);

    public static byte[] Old { get; } = Unpack(PackedOld);

    private static byte[] Unpack(string packed)
    {
        using var stream = new ZLibStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
